// What the panel writes to people about their accounts. A name that a stranger chose never stands in a mail that the
// stranger can have sent to somebody else.
import type { Letter } from '#core/panel/mail/letter.ts'
import { urls } from '#views/urls.ts'

interface Linked {
  readonly to: string
  readonly secret: string
  readonly expiresAt: string
}
interface Note {
  readonly to: string
  readonly expiresAt: string
}

const at = (path: string, secret: string): string => `${path}?token=${secret}`
const ignore = 'If that was not you, do nothing: without the link nothing happens.'

export function registrationLetter({ to, secret, expiresAt }: Linked): Letter {
  return {
    to,
    expiresAt,
    kind: 'registration',
    subject: 'Confirm your address',
    text: [
      'Somebody asked for an account with this address. Confirm that it is yours and choose a password; the link works once, for one day.',
    ],
    action: { label: 'Make the account', path: at(urls.join(), secret) },
    foot: ignore,
  }
}

/** Instead of the one above: who asks on the page learns nothing, whoever owns the address does. */
export function hasAccountLetter({ to, expiresAt }: Note): Letter {
  return {
    to,
    expiresAt,
    kind: 'has-account',
    subject: 'You have an account already',
    text: [
      'Somebody asked for an account with this address, and there is one. Sign in with it; if you do not know the password any more, ask for a new one there.',
    ],
    action: { label: 'Sign in', path: urls.signIn() },
    foot: 'If that was not you, do nothing: nothing was changed.',
  }
}

export function invitationLetter({ to, secret, expiresAt }: Linked, inviter: string): Letter {
  return {
    to,
    expiresAt,
    kind: 'invitation',
    subject: 'You are invited',
    text: [`${inviter} invites you to this game-server panel. The link makes your account; it works once.`],
    action: { label: 'Accept the invitation', path: at(urls.join(), secret) },
    foot: 'If you do not know what this is about, do nothing: without the link no account is made.',
  }
}

export function verifyLetter({ to, secret, expiresAt }: Linked): Letter {
  return {
    to,
    expiresAt,
    kind: 'verify-email',
    subject: 'Confirm your address',
    text: ['Confirm that this address is yours, then you can sign in. The link works once, for one day.'],
    action: { label: 'Confirm', path: at(urls.verifyEmail(), secret) },
    foot: ignore,
  }
}

export function resetLetter({ to, secret, expiresAt }: Linked): Letter {
  return {
    to,
    expiresAt,
    kind: 'reset-password',
    subject: 'Choose a new password',
    text: ['Somebody asked for a new password for your account. The link works once, for one hour.'],
    action: { label: 'Choose a new password', path: at(urls.reset(), secret) },
    foot: 'If that was not you, do nothing: your password stays as it is.',
  }
}

export function passwordChangedLetter({ to, expiresAt }: Note): Letter {
  return {
    to,
    expiresAt,
    kind: 'password-changed',
    subject: 'Your password was changed',
    text: ['Your password was changed, and every browser that was signed in is signed out.'],
    action: { label: 'It was not me', path: urls.forgot() },
    foot: 'If that was you, there is nothing to do.',
  }
}

export function newDeviceLetter(
  { to, expiresAt }: Note,
  { browser, address, at }: { readonly browser: string; readonly address: string | undefined; readonly at: string },
): Letter {
  return {
    to,
    expiresAt,
    kind: 'new-device',
    subject: 'A new browser signed in',
    text: [
      `${browser} signed in with your account${address === undefined ? '' : ` from ${address}`}, on ${at.slice(0, 16).replace('T', ' at ')} UTC. It had not been used for this before.`,
    ],
    action: { label: 'See where you are signed in', path: urls.accountSecurity() },
    foot: 'If that was you, there is nothing to do. If not, sign that browser out there and change your password.',
  }
}

/** To the present address. */
export function changeEmailLetter({ to, secret, expiresAt }: Linked, email: string): Letter {
  return {
    to,
    expiresAt,
    kind: 'change-email',
    subject: 'Shall your address change?',
    text: [
      `The address of your account is to become ${email}. It does once you have confirmed it here and there; the links work for one hour.`,
    ],
    action: { label: 'Yes, change it', path: at(urls.changeEmail(), secret) },
    foot: 'If that was not you, do nothing and change your password: somebody is signed in with your account.',
  }
}

/** To the new address. */
export function newEmailLetter({ to, secret, expiresAt }: Linked): Letter {
  return {
    to,
    expiresAt,
    kind: 'change-email',
    subject: 'Confirm your new address',
    text: [
      'This is to become the address of an account. It does once it is confirmed here and at the address it has now; the links work for one hour.',
    ],
    action: { label: 'Confirm', path: at(urls.changeEmail(), secret) },
    foot: ignore,
  }
}

export function addressInUseLetter({ to, expiresAt }: Note): Letter {
  return {
    to,
    expiresAt,
    kind: 'address-in-use',
    subject: 'Your address was asked for',
    text: [
      'Somebody wanted to use this address for another account. It stays with yours: an address belongs to one account.',
    ],
    foot: 'If that was you: delete this account first, or give it another address.',
  }
}

export function emailChangedLetter({ to, expiresAt }: Note, email: string): Letter {
  return {
    to,
    expiresAt,
    kind: 'email-changed',
    subject: 'Your address was changed',
    text: [`The address of your account is ${email} now. This one does not sign in any more.`],
    foot: 'If that was not you, tell an administrator of the panel at once.',
  }
}

export function accountDeletedLetter({ to, expiresAt }: Note): Letter {
  return {
    to,
    expiresAt,
    kind: 'account-deleted',
    subject: 'Your account is deleted',
    text: ['Your account is gone, with its sessions and keys. What it did stays in the activity log under its name.'],
    foot: 'If that was not you, tell an administrator of the panel.',
  }
}
