import { FleetPage } from '../components/grid/fleet-page.tsx'

export default function Page() {
  return <FleetPage />
}
