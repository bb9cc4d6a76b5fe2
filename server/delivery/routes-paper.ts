/** HTTP edge of paper: tickets and invoices as PDF, for their owner and for no cache (rules M30 to M32). */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { LIMITS } from '../limits.ts';
import { type Result, UuidSchema } from '../protocol/index.ts';
import { accountOf, answer } from '../transport/index.ts';
import type { Delivery } from './index.ts';

const strict = { additionalProperties: false } as const;
const OrderParams = Type.Object({ orderId: UuidSchema }, strict);
const TicketParams = Type.Object({ ticketId: UuidSchema }, strict);

function sendPdf(reply: FastifyReply, name: string, made: Result<Buffer>): FastifyReply {
  reply.header('cache-control', 'private, no-store');
  if (!made.ok) return answer(reply, made);
  return reply
    .type('application/pdf')
    .header('content-disposition', `attachment; filename="${name}.pdf"`)
    .send(made.value);
}

export function paperRoutes(fastify: FastifyInstance, { delivery }: { delivery: Delivery }): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const perMinute = LIMITS.documentsPerMinute;
  const ofOrder = { access: 'account', owns: 'order', perMinute } as const;

  app.get(
    '/orders/:orderId/tickets.pdf',
    {
      config: ofOrder,
      schema: { tags: ['tickets'], summary: "An order's tickets as PDF", params: OrderParams },
    },
    async (request, reply) => {
      const { orderId } = request.params;
      return sendPdf(
        reply,
        `tickets-${orderId}`,
        await delivery.paper.tickets(accountOf(request).id, orderId),
      );
    },
  );

  app.get(
    '/tickets/:ticketId/ticket.pdf',
    {
      config: { access: 'account', owns: 'ticket', perMinute },
      schema: { tags: ['tickets'], summary: 'One ticket as PDF', params: TicketParams },
    },
    async (request, reply) => {
      const { ticketId } = request.params;
      return sendPdf(
        reply,
        `ticket-${ticketId}`,
        await delivery.paper.ticket(accountOf(request).id, ticketId),
      );
    },
  );

  app.get(
    '/orders/:orderId/invoice.pdf',
    {
      config: ofOrder,
      schema: {
        tags: ['checkout'],
        summary: "An order's invoice and its credit notes as PDF",
        params: OrderParams,
      },
    },
    async (request, reply) => {
      const { orderId } = request.params;
      return sendPdf(
        reply,
        `invoice-${orderId}`,
        await delivery.paper.invoice(accountOf(request).id, orderId),
      );
    },
  );
}
