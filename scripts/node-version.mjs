/** Ends with one line when this Node is too old for the tools; warns of nothing, because the server does that. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 9)) return
  process.stderr.write(`domscope needs Node 20.9 or newer; this is ${process.versions.node} (${process.execPath})\n`)
  process.exit(1)
}
