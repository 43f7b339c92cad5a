import type { Metadata } from 'next'
import { HostsPage } from '../../components/hosts/hosts-page.tsx'

export const metadata: Metadata = { title: 'Hosts · Domscope' }

export default function Page() {
  return <HostsPage />
}
