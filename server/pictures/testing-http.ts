/** Pictures over HTTP on a test's stores, and who calls them. */
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { httpWorld } from '../http/testing.ts';
import type { Role } from '../protocol/index.ts';
import type { TestWorld } from '../stores/testing.ts';
import { type Pictures, pictureRoutes } from './index.ts';
import { aNight, type form, memoryStore, picturesOf } from './testing.ts';
import { picture } from './testing-files.ts';

export type Headers = { authorization: string };

export interface PicturesHttp {
  app: FastifyInstance;
  pictures: Pictures;
  store: ReturnType<typeof memoryStore>;
  /** A right picture, 900 by 600. */
  jpeg: Buffer;
  headersOf(userId: string): Promise<Headers>;
  someone(role?: Role): Promise<{ id: string; headers: Headers }>;
  get(url: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  post(url: string, headers: Record<string, string>, body: unknown): Promise<LightMyRequestResponse>;
  /** A form. */
  send(
    method: 'POST' | 'PUT',
    url: string,
    by: Headers,
    made: ReturnType<typeof form>,
  ): Promise<LightMyRequestResponse>;
  /** An operator's word on a picture. */
  decide(
    operator: Headers,
    decision: 'hide' | 'show',
    id: string,
    reason?: string,
  ): Promise<LightMyRequestResponse>;
  /** A picture that a fan has added to a night that is over. */
  aPicture(): Promise<{ eventId: string; fanId: string; id: string }>;
}

export async function picturesHttp(
  world: TestWorld,
  env: Record<string, string> = { HOLDFAST_EXEMPT_NETWORKS: '127.0.0.1' },
): Promise<PicturesHttp> {
  const store = memoryStore();
  const jpeg = picture('jpeg', { width: 900, height: 600 });
  const pictures = picturesOf(world, { store });
  const { app, accounts } = await httpWorld(world, {
    env,
    slices: [(scope) => pictureRoutes(scope, { pictures })],
  });
  async function headersOf(userId: string): Promise<Headers> {
    const session = await accounts.signInAs(userId);
    if (!session.ok) throw new Error(session.error.code);
    return { authorization: `Bearer ${session.value.accessToken}` };
  }
  const post: PicturesHttp['post'] = (url, headers, body) =>
    app.inject({
      method: 'POST',
      url,
      headers: { ...headers, 'content-type': 'application/json' },
      payload: JSON.stringify(body),
    });
  return {
    app,
    pictures,
    store,
    jpeg,
    headersOf,
    async someone(role = 'user') {
      const { id } = await world.createUser(role, role === 'operator' ? 'Olga' : 'Fan');
      return { id, headers: await headersOf(id) };
    },
    get: (url, headers = {}) => app.inject({ method: 'GET', url, headers }),
    post,
    decide: (operator, decision, id, reason = 'A stranger’s face') =>
      post(`/operations/images/${id}/${decision}`, operator, { reason }),
    send: (method, url, by, made) =>
      app.inject({ method, url, headers: { ...made.headers, ...by }, payload: made.payload }),
    async aPicture() {
      const { event, fanId } = await aNight(world);
      const made = await pictures.upload(fanId, { eventId: event.eventId }, jpeg);
      if (!made.ok) throw new Error(made.error.code);
      return { eventId: event.eventId, fanId, id: made.value.id };
    },
  };
}
