// Who may import whom (docs/architecture.md), as rules for dependency-cruiser. Type-only imports count too.

const TEST = '\\.test\\.tsx?$|^(lib|components)/.*/testing/'
const NODE_MODULE = 'node_modules/'

/** lib: each folder and the lower folders that it may use. */
export const LIB_LAYERS = {
  errors: [],
  text: [],
  metrics: ['errors'],
  xdr: ['errors', 'metrics'],
  libvirt: ['errors', 'text', 'metrics', 'xdr'],
  columns: ['errors', 'metrics'],
  ingest: ['errors', 'text', 'metrics', 'xdr', 'libvirt', 'columns'],
  derive: ['errors', 'metrics', 'columns'],
  sync: ['errors', 'metrics', 'columns'],
  query: ['errors', 'metrics', 'columns'],
  history: ['errors', 'metrics', 'columns'],
  view: ['errors', 'text', 'metrics', 'columns', 'query'],
}

const libFor = (folders) => `^lib/(${folders.join('|')})/`
const packages = (names) => `${NODE_MODULE}(${names.join('|')})(/|$)`

const rule = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to })

const libRules = [
  rule(
    'lib-is-pure',
    'lib uses nothing but lib: no Node, no npm package, no other zone',
    { path: '^lib/', pathNot: TEST },
    { pathNot: '^lib/' },
  ),
  rule(
    'lib-tests-stay-low',
    'tests of lib may use Node, vitest, fast-check and lib/*/testing, not the server or the pages',
    { path: '^lib/.*\\.test\\.ts$|^lib/.*/testing/' },
    { path: '^(app|components|e2e|bench|server)/' },
  ),
  ...Object.entries(LIB_LAYERS).map(([folder, lower]) =>
    rule(
      `lib-layer-${folder}`,
      `lib/${folder} uses ${lower.length === 0 ? 'no other folder of lib' : `only ${lower.join(', ')}`}`,
      { path: `^lib/${folder}/`, pathNot: TEST },
      { path: '^lib/', pathNot: libFor([folder, ...lower]) },
    ),
  ),
  rule(
    'lib-folders-are-known',
    'a new folder of lib gets a line in LIB_LAYERS first',
    { path: '^lib/', pathNot: `${libFor(Object.keys(LIB_LAYERS))}|${TEST}` },
    {},
  ),
]

const serverRules = [
  rule(
    'server-zone',
    'server uses lib except view, never the pages',
    { path: '^server/' },
    { path: '^(app|components|e2e|bench|lib/view)/' },
  ),
  rule(
    'server-packages',
    'server uses ws, next, openid-client and yaml, besides Node itself',
    { path: '^server/', pathNot: `${TEST}|^server/testing/` },
    { path: NODE_MODULE, pathNot: packages(['ws', '@types/ws', 'next', '@types/node', 'openid-client', 'yaml']) },
  ),
  rule(
    'xml-in-facts',
    'only server/facts reads XML: there it is bounded, without document types, and secrets are kept back',
    { path: '^(server|lib|components|app)/', pathNot: `${TEST}|^server/facts/` },
    { path: '^server/facts/xml-' },
  ),
  rule(
    'server-facts-below',
    'facts turn text into facts: fleet and poll use them, they know nobody',
    { path: '^server/facts/', pathNot: TEST },
    { path: '^server/', pathNot: '^server/facts/' },
  ),
  rule(
    'server-only-main-composes',
    'main.ts wires everything together; nothing imports it',
    { path: '^server/', pathNot: '^server/(main|sim/main)\\.ts$' },
    { path: '^server/(main|sim/main)\\.ts$' },
  ),
  rule(
    'server-testing-is-for-tests',
    'what serves the tests stays out of the product',
    { path: '^(server|lib|components|app)/', pathNot: `${TEST}|^server/testing/|^server/[a-z]+/testing/` },
    { path: ['^server/testing/', '^(server|lib|components)/[a-z]+/testing/'] },
  ),
  rule(
    'server-poll-apart',
    'poll writes fleet and knows no reader',
    { path: '^server/poll/' },
    { path: '^server/(hub|history|http)/' },
  ),
  rule(
    'server-hub-apart',
    'hub reads fleet and knows no writer',
    { path: '^server/hub/' },
    { path: '^server/(poll|history|libvirt)/' },
  ),
  rule(
    'server-history-apart',
    'history reads fleet and knows no writer',
    { path: '^server/history/' },
    { path: '^server/(poll|hub|libvirt)/' },
  ),
  rule(
    'server-fleet-below',
    'fleet is below its writers and readers',
    { path: '^server/fleet/', pathNot: TEST },
    { path: '^server/(poll|hub|history|http|auth|sim)/' },
  ),
  rule(
    'server-sim-apart',
    'the simulated daemon is a process of its own: it shares lib with us, not the server',
    { path: '^server/sim/', pathNot: TEST },
    { path: '^server/(poll|hub|history|http|auth|fleet|libvirt)/' },
  ),
]

const pageRules = [
  rule(
    'components-zone',
    'components use lib/{errors,text,metrics,columns,sync,query,history,view}, never the wire or the server',
    { path: '^components/', pathNot: TEST },
    { path: '^(app|server|e2e|bench)/|^lib/(xdr|libvirt|ingest|derive)/' },
  ),
  rule(
    'components-no-node',
    'components run in a browser',
    { path: '^components/', pathNot: TEST },
    { dependencyTypes: ['core'] },
  ),
  rule(
    'components-packages',
    'components use React, Zustand, the font and Recharts',
    { path: '^components/', pathNot: TEST },
    {
      path: NODE_MODULE,
      pathNot: packages([
        'react',
        'react-dom',
        'zustand',
        '@fontsource-variable/inter',
        'recharts',
        'next',
        '@types/react',
        '@types/react-dom',
      ]),
    },
  ),
  rule(
    'recharts-in-charts',
    'only components/charts imports Recharts; the bench measures against its plain lines',
    { pathNot: '^components/charts/|^bench/|node_modules' },
    { path: packages(['recharts']) },
  ),
  rule(
    'app-zone',
    'app uses components and lib/{metrics,errors}',
    { path: '^app/' },
    { path: '^(server|e2e|bench)/|^lib/(?!metrics/|errors/)' },
  ),
  rule(
    'app-no-node',
    'pages are built to files; they run in a browser',
    { path: '^app/' },
    { dependencyTypes: ['core'] },
  ),
  rule('nobody-uses-app', 'nothing imports a route', { pathNot: '^app/|^\\.next/|^next-env' }, { path: '^app/' }),
]

const houseRules = [
  rule('no-cycles', 'modules do not import each other in a circle, types included', {}, { circular: true }),
  rule('resolvable', 'an import that leads nowhere', {}, { couldNotResolve: true }),
  rule(
    'no-barrels',
    'import the file, not a folder',
    { path: '^(app|components|server|lib|e2e|bench)/' },
    { path: '^[^.n].*/index\\.tsx?$', pathNot: NODE_MODULE },
  ),
  rule(
    'tools-are-not-product',
    'nothing of the product imports e2e or bench',
    { path: '^(app|components|server|lib)/' },
    { path: '^(e2e|bench)/' },
  ),
  rule(
    'e2e-zone',
    'scenarios use the built app, server/testing and the simulator',
    { path: '^e2e/' },
    { path: '^(app|components|lib|server)/', pathNot: '^server/(sim|testing)/' },
  ),
]

export const RULES = [...libRules, ...serverRules, ...pageRules, ...houseRules]
