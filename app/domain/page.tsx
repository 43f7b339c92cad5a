import type { Metadata } from 'next'
import { DomainPage } from '../../components/drilldown/domain-page.tsx'

export const metadata: Metadata = { title: 'Domain · Domscope' }

export default function Page() {
  return <DomainPage />
}
