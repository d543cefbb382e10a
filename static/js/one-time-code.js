// @ts-check
// A field for a six-digit code: spaces from a paste are dropped, and the form is sent as soon as the sixth digit is there.
document.addEventListener('input', (event) => {
  const field = event.target
  if (!(field instanceof HTMLInputElement) || !field.hasAttribute('data-one-time-code')) return
  const digits = field.value.replace(/\s/g, '')
  if (digits !== field.value) field.value = digits
  if (/^\d{6}$/.test(digits)) field.form?.requestSubmit()
})
