// @ts-check
// “…” of a row opens the one menu of the list, with its links pointed at that row's server.
const menu = document.getElementById('more')

// Before the browser opens it.
document.addEventListener(
  'click',
  (event) => {
    const opener = event.target instanceof Element ? event.target.closest('[popovertarget="more"]') : null
    const server = opener?.closest('li')?.querySelector('a')
    if (!menu || !opener || !server) return
    const [, id = ''] = /([^/]+)$/.exec(server.pathname) ?? []
    for (const link of menu.querySelectorAll('a[data-pattern]')) {
      link.setAttribute('href', (link.getAttribute('data-pattern') ?? '').replace(':id', id))
    }
    menu.setAttribute('aria-label', server.textContent ?? 'Server')
  },
  true,
)
