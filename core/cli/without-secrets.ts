// The environment for a process of ours that has no business with the panel's secrets.

export function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const panelOnly = /^(DATABASE_URL|STELLAR_SECRET_KEY|STELLAR_OWNER_|STELLAR_SMTP_URL|STELLAR_API_)/
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !panelOnly.test(name)))
}
