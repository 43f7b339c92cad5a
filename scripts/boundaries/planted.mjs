// One small violation for each rule that matters. The gate plants them in a scratch folder and fails when one passes:
// a checker that sees nothing reports success too.

/** Rule → files that break it. The first file is the one that must be reported. */
export const PLANTED = {
  'lib-is-pure': { 'lib/metrics/a.ts': "import { readFileSync } from 'node:fs'\nexport const a = readFileSync\n" },
  'lib-layer-columns': {
    'lib/columns/b.ts': "import type { Wire } from '../libvirt/wire.ts'\nexport type B = Wire\n",
    'lib/libvirt/wire.ts': 'export interface Wire { readonly a: number }\n',
  },
  'lib-folders-are-known': {
    'lib/misc/c.ts': "import { low } from '../errors/low.ts'\nexport const c = low\n",
    'lib/errors/low.ts': 'export const low = 1\n',
  },
  'lib-tests-stay-low': {
    'lib/xdr/testing/u.ts': "import { fake } from '../../../server/testing/fake2.ts'\nexport const u = fake\n",
    'server/testing/fake2.ts': 'export const fake = 1\n',
  },
  'server-zone': {
    'server/fleet/d.ts': "import type { Cell } from '../../components/grid/cell.tsx'\nexport type D = Cell\n",
    'components/grid/cell.tsx': 'export interface Cell { readonly a: number }\n',
  },
  'server-hub-apart': {
    'server/hub/e.ts': "import { poll } from '../poll/poll.ts'\nexport const e = poll\n",
    'server/poll/poll.ts': 'export const poll = 1\n',
  },
  'server-poll-apart': {
    'server/poll/f.ts': "import { client } from '../hub/client.ts'\nexport const f = client\n",
    'server/hub/client.ts': 'export const client = 1\n',
  },
  'server-fleet-below': {
    'server/fleet/g.ts': "import { clients } from '../hub/clients.ts'\nexport const g = clients\n",
    'server/hub/clients.ts': 'export const clients = 1\n',
  },
  'server-facts-below': {
    'server/facts/f2.ts': "import { store } from '../fleet/store.ts'\nexport const f2 = store\n",
    'server/fleet/store.ts': 'export const store = 1\n',
  },
  'server-testing-is-for-tests': {
    'server/log2.ts': "import { fake } from './testing/fake.ts'\nexport const h = fake\n",
    'server/testing/fake.ts': 'export const fake = 1\n',
  },
  'server-only-main-composes': {
    'server/http/i.ts': "import { main } from '../main.ts'\nexport const i = main\n",
    'server/main.ts': 'export const main = 1\n',
  },
  'components-zone': {
    'components/live/j.ts': "import type { Record } from '../../lib/xdr/record.ts'\nexport type J = Record\n",
    'lib/xdr/record.ts': 'export interface Record { readonly a: number }\n',
  },
  'components-no-node': { 'components/ui/k.ts': "import path from 'node:path'\nexport const k = path.sep\n" },
  'app-zone': {
    'app/page.tsx': "import { server } from '../server/served.ts'\nexport const l = server\n",
    'server/served.ts': 'export const server = 1\n',
  },
  'no-cycles': {
    'lib/view/m.ts': "import type { N } from './n.ts'\nexport interface M { readonly n?: N }\n",
    'lib/view/n.ts': "import type { M } from './m.ts'\nexport interface N { readonly m?: M }\n",
  },
  'no-barrels': {
    'lib/query/o.ts': "import { inner } from './index.ts'\nexport const o = inner\n",
    'lib/query/index.ts': 'export const inner = 1\n',
  },
  resolvable: { 'lib/history/p.ts': "import { nowhere } from './nowhere.ts'\nexport const p = nowhere\n" },
  'e2e-zone': {
    'e2e/q.ts': "import { inside } from '../server/fleet/inside.ts'\nexport const q = inside\n",
    'server/fleet/inside.ts': 'export const inside = 1\n',
  },
  'tools-are-not-product': {
    'server/http/r.ts': "import { measure } from '../../bench/measure.ts'\nexport const r = measure\n",
    'bench/measure.ts': 'export const measure = 1\n',
  },
}
