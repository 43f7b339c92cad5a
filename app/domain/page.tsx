import type { Metadata } from 'next'
import { DomainPage } from '../../components/panel/domain-page.tsx'

export const metadata: Metadata = { title: 'Domain · Domscope' }

export default function Page() {
  return <DomainPage />
}
