import type { Metadata } from 'next'
import { WallBuilder } from '../../../components/wall/builder/wall-builder.tsx'

export const metadata: Metadata = { title: 'New wall · Domscope' }

export default function Page() {
  return <WallBuilder />
}
