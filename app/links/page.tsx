import type { Metadata } from 'next'
import { LinksPage } from '../../components/wall/builder/links-page.tsx'

export const metadata: Metadata = { title: 'Wall links · Domscope' }

export default function Page() {
  return <LinksPage />
}
