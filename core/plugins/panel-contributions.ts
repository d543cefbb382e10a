// What a plugin can contribute to the panel, and the events it may hear there.
import type { BlueprintInput } from '#core/domain/blueprint.ts'
import type { ObservedState } from '#core/domain/server.ts'
import type { Named, Observers } from './named.ts'

/** A person as an auth provider knows them. */
export interface ExternalIdentity {
  /** Stable at the provider. */
  readonly subject: string
  readonly name: string
  readonly email: string | undefined
  /** True only when the provider says that it checked the address. */
  readonly emailVerified: boolean
  /** Groups, roles, guilds: what an administrator may map to roles of this panel. */
  readonly groups?: readonly string[]
}

/** What the core made for one sign-in; it checks `state` itself before it asks again. */
export interface SignInRequest {
  readonly state: string
  /** S256 of the verifier. */
  readonly codeChallenge: string
  readonly nonce: string
  readonly redirectUri: string
}

export interface SignInAnswer {
  readonly code: string
  readonly codeVerifier: string
  readonly state: string
  readonly nonce: string
  readonly redirectUri: string
  /** The whole address the browser came back to, for what a provider puts there beside code and state. */
  readonly returnedTo: URL
}

/** Knows a provider's endpoints; state, PKCE, nonce, cookies and linking are the core's. */
export interface AuthProvider extends Named {
  readonly label: string
  /** Its mark on the button. */
  readonly icon?: ProviderIcon
  authorizationUrl(request: SignInRequest, signal: AbortSignal): URL | Promise<URL>
  /** Throws when the answer does not hold: a signature, the nonce, a code that was used. */
  identify(answer: SignInAnswer, signal: AbortSignal): Promise<ExternalIdentity>
}

export type ProviderIcon = 'github' | 'discord' | 'openid'

export interface ProviderField {
  readonly name: string
  readonly label: string
  readonly hint?: string
  /** `secret` is encrypted and never shown again. */
  readonly kind: 'text' | 'url' | 'secret'
  /** Must be filled in unless it has a default. */
  readonly default?: string
}

/** A provider that administrators set up in the panel, as often as they like. */
export interface AuthProviderKind extends Named {
  readonly label: string
  readonly icon?: ProviderIcon
  /** One sentence: where the values come from. */
  readonly help: string
  readonly fields: readonly ProviderField[]
  /** `values` by field name. Throws one sentence for values that cannot be right; asks nobody yet. */
  open(values: Readonly<Record<string, string>>, as: { readonly id: string; readonly label: string }): AuthProvider
}

export interface Notifier extends Named {
  send(message: { title: string; body: string }, signal: AbortSignal): Promise<void>
}

export interface ServerSummary {
  readonly id: string
  readonly name: string
  readonly nodeId: string
  readonly blueprintId: string
  readonly state: ObservedState
}

export interface ScheduleAction extends Named {
  readonly label: string
  /** The permission a schedule's author must hold, checked when it is saved and whenever it runs. */
  readonly permission: string
  run(server: ServerSummary, input: unknown, signal: AbortSignal): Promise<void>
}

/** A page of the panel under `/plugins/<plugin><path>`. Session, CSRF and permission are checked before it is called. */
export interface Page extends Named {
  readonly method: 'get' | 'post'
  readonly path: `/${string}`
  readonly permission: string
  /** Shown in the navigation when given. */
  readonly title?: string
  /** HTML for the page's main part, or a Response of its own. */
  handle(request: Request): Promise<string | Response> | string | Response
}

/** Facts: told afterwards, in parallel, cannot veto; a failing observer is logged and passed over. */
export interface PanelEvents {
  'server.created': ServerSummary
  'server.state': ServerSummary & { readonly previous: ObservedState }
  'server.deleted': ServerSummary
}

/** Intentions: asked beforehand, in the order of the configuration; throw a PublicError to refuse. */
export interface PanelIntentions {
  'server.create': {
    readonly name: string
    readonly blueprintId: string
    readonly ownerId: string
    readonly nodeId: string
  }
}

export interface PanelContributions {
  readonly blueprints?: readonly BlueprintInput[]
  /** Set up by the plugin's own settings. */
  readonly authProviders?: readonly AuthProvider[]
  /** Set up by administrators in the panel. */
  readonly authProviderKinds?: readonly AuthProviderKind[]
  readonly notifiers?: readonly Notifier[]
  readonly scheduleActions?: readonly ScheduleAction[]
  readonly pages?: readonly Page[]
  readonly on?: Observers<PanelEvents>
  readonly guard?: Observers<PanelIntentions>
}
