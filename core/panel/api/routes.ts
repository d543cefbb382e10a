// Every operation of API v1, in the order of the document.
import { accessApi } from './access.ts'
import { accountApi } from './account.ts'
import { activityApi } from './activity.ts'
import { catalogueApi } from './catalogue.ts'
import { consoleApi } from './console.ts'
import { invitationApi } from './invitations.ts'
import { locationApi } from './locations.ts'
import { nodeApi } from './nodes.ts'
import { peopleApi } from './people.ts'
import { providerApi } from './providers.ts'
import type { ApiRoute } from './route.ts'
import { securityApi } from './security.ts'
import { serverApi } from './servers.ts'
import { settingsApi } from './settings.ts'
import { systemApi } from './system.ts'
import { userApi } from './users.ts'

export const allApiRoutes: readonly ApiRoute[] = [
  ...serverApi,
  ...consoleApi,
  ...peopleApi,
  ...nodeApi,
  ...accessApi,
  ...locationApi,
  ...catalogueApi,
  ...activityApi,
  ...accountApi,
  ...securityApi,
  ...userApi,
  ...invitationApi,
  ...settingsApi,
  ...providerApi,
  ...systemApi,
]
