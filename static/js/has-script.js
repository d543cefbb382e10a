// Before anything else runs: tells the style sheet that there are scripts, and notes when the stream connects, which may be
// before the module that watches it (stream.js) has arrived.
document.documentElement.classList.add('js')
document.addEventListener('htmx:sse:after:connection', ({ target }) => target.setAttribute('data-connected', ''))
