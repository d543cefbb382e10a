// Nodes for browsers: the list, one node, its settings, and “Check now”.
import { Hono } from 'hono'
import { InvalidInput } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { actorOf } from '#core/panel/http/actor.ts'
import { type FormValues, formValues, parse } from '#core/panel/http/forms.ts'
import { idParam } from '#core/panel/http/params.ts'
import { page, seeOther } from '#core/panel/http/render.tsx'
import type { App, AppContext, AppEnv } from '#core/panel/http/types.ts'
import { can } from '#core/permissions/can.ts'
import type { FieldErrors } from '#views/models.ts'
import { NodesPage } from '#views/pages/nodes/index.tsx'
import { NodePage } from '#views/pages/nodes/show.tsx'
import { urls } from '#views/urls.ts'
import { checkNode } from './check.ts'
import { changeNode, nodeInput, nodeNotFound } from './settings.ts'
import { viewNodes, viewOneNode } from './view.ts'

export function nodeRoutes(context: PanelContext): App {
  const nodeId = (c: AppContext) => idParam(c, 'nodeId', nodeNotFound)

  async function showNode(c: AppContext, errors: FieldErrors, values: FormValues | undefined) {
    const node = await viewOneNode(context, actorOf(c), nodeId(c))
    const status = values ? 422 : 200
    const mayChange = can(actorOf(c), 'node.settings', { nodeId: node.id })
    return await page(
      c,
      context,
      (shell) => <NodePage shell={shell} node={node} mayChange={mayChange} errors={errors} values={values} />,
      status,
    )
  }

  return new Hono<AppEnv>()
    .get(urls.nodes.pattern, async (c) => {
      const nodes = await viewNodes(context, actorOf(c))
      return await page(c, context, (shell) => <NodesPage shell={shell} nodes={nodes} />)
    })
    .get(urls.node.pattern, (c) => showNode(c, {}, undefined))
    .get(urls.nodeSettings.pattern, (c) => showNode(c, {}, undefined))
    .post(urls.nodeSettings.pattern, async (c) => {
      const id = nodeId(c)
      const values = await formValues(c)
      try {
        await changeNode(context, actorOf(c), id, parse(nodeInput, fromForm(values)))
      } catch (error) {
        if (error instanceof InvalidInput) return await showNode(c, toForm(error.fields, values), values)
        throw error
      }
      return seeOther(c, context, urls.node({ nodeId: id }), { kind: 'ok', text: 'Settings saved.' })
    })
    .post(urls.nodeCheck.pattern, async (c) => {
      const id = nodeId(c)
      const status = await checkNode(context, actorOf(c), id)
      const kind = status.driver.healthy ? 'ok' : 'bad'
      return seeOther(c, context, urls.node({ nodeId: id }), { kind, text: status.driver.detail })
    })
}

/** Rows of the two tables carry their number in the field’s name; a row that was emptied is left out. */
function fromForm(values: FormValues): Record<string, unknown> {
  return {
    ...values,
    mirrors: rows(values, 'mirrors', ['from', 'to']).map(({ cells }) => cells),
    logins: rows(values, 'logins', ['registry', 'username']).map(({ number, cells }) => ({
      ...cells,
      password: values[`logins.${number}.password`] ?? '',
    })),
  }
}

interface Row {
  readonly number: number
  readonly cells: Readonly<Record<string, string>>
}

function rows(values: FormValues, table: string, columns: readonly string[]): Row[] {
  const numbers = new Set<number>()
  for (const name of Object.keys(values)) {
    const found = new RegExp(`^${table}\\.(\\d{1,3})\\.`).exec(name)
    if (found) numbers.add(Number(found[1]))
  }
  return [...numbers]
    .toSorted((a, b) => a - b)
    .map((number) => ({
      number,
      cells: Object.fromEntries(
        columns.map((column) => [column, (values[`${table}.${number}.${column}`] ?? '').trim()]),
      ),
    }))
    .filter(({ cells }) => Object.values(cells).some((cell) => cell !== ''))
}

/** Complaints count rows that were kept; the form counts all that were shown. */
function toForm(fields: FieldErrors, values: FormValues): FieldErrors {
  const shown: Readonly<Record<string, Row[]>> = {
    mirrors: rows(values, 'mirrors', ['from', 'to']),
    logins: rows(values, 'logins', ['registry', 'username']),
  }
  return Object.fromEntries(
    Object.entries(fields).map(([name, sentence]) => {
      const [table = '', index, column] = name.split('.')
      const row = column === undefined ? undefined : shown[table]?.[Number(index)]
      return [row ? `${table}.${row.number}.${column}` : name, sentence]
    }),
  )
}
