import type { Metadata } from 'next'
import { SessionsPage } from '../../components/session/sessions-page.tsx'

export const metadata: Metadata = { title: 'Sessions · Domscope' }

export default function Page() {
  return <SessionsPage />
}
