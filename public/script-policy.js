// Next adds the scripts of a page that the user goes to by their address. Under Trusted Types that needs a policy: this
// one lets in the build's own files and nothing else. Markup from text stays forbidden, because there is no createHTML.
const builtFiles = new URL('_next/static/', document.currentScript.src)
window.trustedTypes?.createPolicy('default', {
  createScriptURL(address) {
    const url = new URL(address, location.href)
    if (url.origin === builtFiles.origin && url.pathname.startsWith(builtFiles.pathname)) return address
    throw new TypeError(`not a script of this build: ${url.href}`)
  },
})
