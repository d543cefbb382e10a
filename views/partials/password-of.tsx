// For password managers: which account the new password beside it is for. People read it in the sentence above the form.

export function PasswordOf({ email }: { readonly email: string }) {
  return (
    <input
      class="sr"
      type="email"
      name="email"
      autocomplete="username"
      value={email}
      readonly
      tabindex={-1}
      aria-hidden="true"
    />
  )
}
