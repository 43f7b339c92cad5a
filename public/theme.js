// Runs before the first paint: the theme of the link, else what this browser chose last, else dark.
;(() => {
  const themes = ['dark', 'light', 'contrast']
  let theme = new URLSearchParams(location.search).get('theme')
  if (!themes.includes(theme)) {
    try {
      theme = localStorage.getItem('domscope.theme')
    } catch {
      theme = null
    }
  }
  document.documentElement.dataset.theme = themes.includes(theme) ? theme : 'dark'
})()
