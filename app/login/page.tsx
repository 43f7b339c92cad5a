import type { Metadata } from 'next'
import { LoginPage } from '../../components/session/login-page.tsx'

export const metadata: Metadata = { title: 'Log in · Domscope' }

export default function Page() {
  return <LoginPage />
}
