import Link from 'next/link'
import { PageFrame } from '../components/shell/page-frame.tsx'

export default function NotFound() {
  return (
    <PageFrame>
      <h1 className="page-message">There is no page at this address.</h1>
      <p className="page-message">
        <Link href="/" prefetch={false}>
          Go to the fleet
        </Link>
      </p>
    </PageFrame>
  )
}
