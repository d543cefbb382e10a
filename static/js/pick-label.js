// @ts-check
// The button of a gallery says what it goes on with: “Continue with Fabric”.

function start() {
  for (const form of document.querySelectorAll('[data-pick-form]')) {
    const label = form.querySelector('[data-pick-label]')
    const show = () => {
      const picked = form.querySelector('input[data-pick-name]:checked')
      if (label && picked instanceof HTMLElement) label.textContent = ` with ${picked.dataset['pickName']}`
    }
    form.addEventListener('change', show)
    show()
  }
}

start()
document.addEventListener('htmx:after:swap', start)
