-- Finding events (rules L…): what is searched of an event, beside it, so that a page of results reads one table.
create extension if not exists pg_trgm with schema public;
create extension if not exists unaccent with schema public;
create extension if not exists fuzzystrmatch with schema public;

-- Letters and digits of any script in lower case without accents, one blank between words. The character ranges are written
-- out because what Postgres calls a letter depends on the database's locale, and this must not.
create function events.plain_words(p_text text) returns text
language sql stable parallel safe as $$
  select btrim(regexp_replace(public.unaccent(lower(coalesce(p_text, '') collate "und-x-icu")),
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f\ufe30-\ufe4f\uff00-\uff0f]+', ' ', 'g'))
$$;

create table events.listings (
  event_id uuid primary key references events.events (id) on delete cascade,
  -- drafts and canceled events have no row here
  start_at timestamptz not null,
  type text not null,
  artist text,
  venue text not null,
  city text,
  currency text not null,
  -- what a ticket of each open tier costs, fees and tax included
  prices integer[] not null,
  from_cents integer,
  document tsvector not null,
  -- log2 of tickets sold, each weighed by 2 ^ (weeks since 2020): newer ones count more, and nothing has to be
  -- rewritten as time goes by ("forward decay")
  popularity double precision not null default '-infinity'
) with (fillfactor = 80);
create index idx_listings_document on events.listings using gin (document);
create index idx_listings_start on events.listings (start_at, event_id);
create index idx_listings_price on events.listings (from_cents, event_id);
create index idx_listings_popularity on events.listings (popularity desc, event_id desc);

-- Every word that stands in a listing: what a misspelt one is compared with.
create table events.words (word text primary key);
create index idx_words_similar on events.words using gin (word public.gin_trgm_ops);

-- Up to when sales are in the popularity of listings.
create table events.popularity_read (
  single boolean primary key default true check (single),
  up_to timestamptz not null
);
insert into events.popularity_read (up_to) values ('2020-01-01');

-- The lowest id (UUID version 7) made at that moment or later.
create function events.first_id_at(p_at timestamptz) returns uuid language sql stable parallel safe as $$
  select (lpad(to_hex(floor(extract(epoch from p_at) * 1000)::bigint), 12, '0') || '00000000000000000000')::uuid
$$;

-- Brings one event's listing up to date. Two changes of one event at once take turns at its row, and the second reads what
-- the first committed: each statement here has its own snapshot.
create function events.list_event(p_event uuid) returns void language plpgsql as $$
declare
  v_event events.events;
  v_document tsvector;
begin
  -- A listing without a row to lock yet: the insert is the lock.
  insert into events.listings (event_id, start_at, type, venue, currency, prices, document)
  select e.id, e.start_at, e.type, e.venue_name, e.currency, '{}', '' from events.events e
   where e.id = p_event and e.status in ('published', 'ended')
  on conflict do nothing;
  perform from events.listings l where l.event_id = p_event for update;
  if not found then return; end if;
  select * into v_event from events.events where id = p_event;
  if v_event.id is null or v_event.status not in ('published', 'ended') then
    delete from events.listings where event_id = p_event;
    return;
  end if;
  v_document :=
    setweight(to_tsvector('simple', events.plain_words(concat_ws(' ', v_event.title, v_event.artist))), 'A')
    || setweight(to_tsvector('simple', events.plain_words(v_event.venue_name)), 'B')
    || setweight(to_tsvector('simple', events.plain_words(concat_ws(' ', v_event.venue_city, v_event.type))), 'C');
  update events.listings l
     set start_at = v_event.start_at, type = v_event.type, artist = v_event.artist, venue = v_event.venue_name,
         city = v_event.venue_city, currency = v_event.currency, prices = p.prices, from_cents = p.prices[1], document = v_document
    from (select coalesce(array_agg(c.cents order by c.cents), '{}') as prices from (
            select t.price_cents + t.fee_cents + t.tax_cents as cents from ticketing.ticket_tiers t
             where t.event_id = p_event and t.status = 'active') c) p
   where l.event_id = p_event;
  insert into events.words (word) select unnest(tsvector_to_array(v_document)) on conflict do nothing;
end $$;

create function events.relist_event() returns trigger language plpgsql as $$
begin
  perform events.list_event(new.id);
  return null;
end $$;
create trigger event_listed after insert or update of title, type, artist, venue_name, venue_city, start_at, status, currency
  on events.events for each row execute function events.relist_event();

create function events.relist_tier() returns trigger language plpgsql as $$
begin
  perform events.list_event(coalesce(new.event_id, old.event_id));
  return null;
end $$;
-- Not when a tier's counters move: that would put a listing into every sale.
create trigger tier_listed after insert or delete or update of price_cents, fee_cents, tax_cents, status
  on ticketing.ticket_tiers for each row execute function events.relist_tier();

select events.list_event(e.id) from events.events e where e.status in ('published', 'ended');
