// @ts-check
// [data-dialog="id"] opens that dialog, [data-close] closes the one around it; a click beside it closes it too. Where the
// opener is a link, the page behind the link asks the same question without script.
document.addEventListener('click', (event) => {
  const target = event.target
  if (!(target instanceof Element)) return
  const opener = target.closest('[data-dialog]')
  if (opener instanceof HTMLElement) {
    const dialog = document.getElementById(opener.dataset['dialog'] ?? '')
    if (!(dialog instanceof HTMLDialogElement)) return
    event.preventDefault()
    dialog.showModal()
    return
  }
  if (target.closest('[data-close]')) target.closest('dialog')?.close()
  else if (target instanceof HTMLDialogElement && target.open && beside(target, event)) target.close()
})

/**
 * @param {HTMLDialogElement} dialog
 * @param {MouseEvent} event
 */
function beside(dialog, event) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect()
  const { clientX: x, clientY: y } = event
  return x < left || x > right || y < top || y > bottom
}
