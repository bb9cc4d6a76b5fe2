import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PictureCase } from '../protocol/index.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { sql } from './testing.ts';
import { type Headers, type PicturesHttp, picturesHttp } from './testing-http.ts';

let operator: { id: string; headers: Headers };

let world: TestWorld;
let http: PicturesHttp;
beforeAll(async () => {
  world = await testWorld();
  http = await picturesHttp(world);
  operator = await http.someone('operator');
});
afterAll(async () => {
  await http.app.close();
  await world.close();
});

describe('reports', () => {
  const cases = async (status = 'reported'): Promise<PictureCase[]> =>
    (await http.get(`/operations/images?status=${status}`, operator.headers)).json().items;

  test('I16: each account once; what is hidden or none cannot be reported', async () => {
    const { id } = await http.aPicture();
    const one = await http.someone();
    for (const reason of ['My face', 'Again']) {
      const answer = await http.post(`/images/${id}/report`, one.headers, { reason });
      expect([answer.statusCode, answer.json()]).toEqual([200, { reported: true }]);
    }
    expect(await sql(world, 'select reason from pictures.reports where image_id = $1', [id])).toEqual([
      { reason: 'My face' },
    ]);
    for (const reason of ['', '  ', 'x'.repeat(501)])
      expect((await http.post(`/images/${id}/report`, one.headers, { reason })).statusCode).toBe(400);
    expect((await http.post(`/images/${id}/report`, {}, { reason: 'x' })).statusCode).toBe(401);
    await http.decide(operator.headers, 'hide', id);
    for (const imageId of [id, world.ids.next()])
      expect(
        (await http.post(`/images/${imageId}/report`, (await http.someone()).headers, { reason: 'x' }))
          .statusCode,
      ).toBe(404);
  });

  test('I16: reporting is rate limited', async () => {
    const strict = await picturesHttp(world, {});
    const { headers } = await strict.someone();
    const { id } = await http.aPicture();
    const statuses = [];
    for (let i = 0; i < 12; i++)
      statuses.push((await strict.post(`/images/${id}/report`, headers, { reason: 'x' })).statusCode);
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(200));
    expect(statuses.at(-1)).toBe(429);
    await strict.app.close();
  });

  test('I17: operators see reports, hide with a reason, show again; all of it is logged, and settles what was reported', async () => {
    const { id, fanId } = await http.aPicture();
    for (const reason of ['My face', 'Not from that night'])
      await http.post(`/images/${id}/report`, (await http.someone()).headers, { reason });
    const [found] = (await cases()).filter((each) => each.id === id);
    expect(found).toMatchObject({
      id,
      kind: 'night',
      userId: fanId,
      hidden: false,
      openReports: 2,
      decisions: [],
    });
    expect(found?.reports.map(({ reason, settled }) => [reason, settled]).sort()).toEqual([
      ['My face', false],
      ['Not from that night', false],
    ]);

    const hidden = await http.decide(operator.headers, 'hide', id, ' It shows a stranger ');
    expect(hidden.json()).toMatchObject({
      hidden: true,
      openReports: 0,
      decisions: [{ action: 'hide', reason: 'It shows a stranger', by: 'Olga' }],
    });
    expect((await cases()).map((each) => each.id)).not.toContain(id);
    expect((await cases('hidden')).map((each) => each.id)).toContain(id);
    const shown = await http.decide(operator.headers, 'show', id, 'They agree');
    expect(shown.json()).toMatchObject({
      hidden: false,
      decisions: [{ action: 'show' }, { action: 'hide' }],
    });
    expect(
      await sql(
        world,
        'select action, reason, actor_id from pictures.decisions where image_id = $1 order by created_at',
        [id],
      ),
    ).toEqual([
      { action: 'hide', reason: 'It shows a stranger', actor_id: operator.id },
      { action: 'show', reason: 'They agree', actor_id: operator.id },
    ]);
    expect((await http.decide(operator.headers, 'hide', world.ids.next())).statusCode).toBe(404);
    expect((await http.decide(operator.headers, 'hide', id, '  ')).statusCode).toBe(400);
    // Deleted by its owner, what was decided about it stays known.
    await http.pictures.remove({ id: fanId, role: 'user', name: 'F', sessionId: 's' }, fanId, id);
    expect(await sql(world, 'select 1 from pictures.decisions where image_id = $1', [id])).toHaveLength(2);
  });

  test('I17: nobody else sees or decides', async () => {
    const { id, fanId } = await http.aPicture();
    for (const headers of [await http.headersOf(fanId), (await http.someone('vendor')).headers]) {
      expect((await http.get('/operations/images', headers)).statusCode).toBe(403);
      expect((await http.post(`/operations/images/${id}/hide`, headers, { reason: 'x' })).statusCode).toBe(
        403,
      );
    }
  });
});
