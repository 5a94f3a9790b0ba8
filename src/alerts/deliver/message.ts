/** A message that waits in the spool, in full: what it says no longer depends on anything. */
import * as v from 'valibot';

import { isOrderId, type OrderId } from '../../core/order.ts';

/** Whose matter a mail is: that of those who look after orders, or after what order-monit works with. */
export const CONCERNS = ['orders', 'faults', 'all'] as const;

export type Concern = (typeof CONCERNS)[number];

const common = {
  format: v.literal(1),
  id: v.string(),
  /** When it came to be said, in milliseconds since 1970. */
  at: v.number(),
  /** Whether it may be given up only after all others when there is no room. */
  critical: v.boolean(),
  /** What it is about: `orders`, `down`, `report` and so on. */
  kind: v.picklist(['orders', 'action', 'down', 'back', 'configuration', 'undated', 'report', 'test']),
  subject: v.string(),
  /** The orders it is about, for the record of who was told what. */
  orders: v.array(
    v.object({
      orderId: v.custom<OrderId>(isOrderId),
      orderNumber: v.nullable(v.string()),
    }),
  ),
};

const mailForm = v.object({
  ...common,
  channel: v.literal('mail'),
  /** What it is about, for a header that filters can read. */
  topic: v.string(),
  /** The id of the message that began the matter. */
  thread: v.string(),
  audience: v.picklist(['subscribers', 'everyone']),
  /** Whose matter it is. Earlier versions kept none. */
  concern: v.optional(v.picklist(CONCERNS), 'all'),
  text: v.string(),
  html: v.string(),
  /** Addresses that need it no more: the server took it for them, or refused them for good. */
  done: v.array(v.string()),
});

const postForm = v.object({
  ...common,
  channel: v.literal('webhook'),
  /** JSON, as a program takes it. */
  body: v.string(),
  /** What a chat shows, for the form that it takes when this is sent. Earlier versions kept none. */
  chat: v.optional(v.object({ title: v.string(), text: v.string(), page: v.optional(v.string()) })),
});

export type Mail = Readonly<v.InferOutput<typeof mailForm>>;
export type Post = Readonly<v.InferOutput<typeof postForm>>;
export type Message = Mail | Post;
export type Channel = Message['channel'];

const messageForm = v.variant('channel', [mailForm, postForm]);

/** @throws ValiError or SyntaxError when this is not a message */
export function parseMessage(text: string): Message {
  return v.parse(messageForm, JSON.parse(text));
}
