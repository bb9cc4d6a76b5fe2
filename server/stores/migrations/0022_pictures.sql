-- Pictures (rules I…): what fans took of nights they were at, and what vendors show of their events. The pictures themselves
-- are files; a row is written before its files and goes after them, so that every file can be found from a row.
create schema pictures;

create table pictures.images (
  id uuid primary key,
  kind text not null check (kind in ('night', 'cover')),
  -- who took it; of a cover, who put it there
  user_id uuid not null references accounts.users (id),
  event_id uuid not null references events.events (id),
  -- storing: its files are being written; removed: they are being deleted
  status text not null default 'storing' check (status in ('storing', 'shown', 'hidden', 'removed')),
  status_at timestamptz not null default now(),
  -- which of the pictures that a fan may have of one night: what keeps two uploads at once within the limit
  slot smallint check (slot between 1 and 100),
  caption text check (length(caption) between 1 and 300),
  width int not null check (width > 0),
  height int not null check (height > 0),
  created_at timestamptz not null default now(),
  constraint slot_while_kept check ((slot is not null) = (kind = 'night' and status <> 'removed'))
);
create unique index one_picture_per_slot on pictures.images (user_id, event_id, slot) where slot is not null;
create unique index one_cover_per_event on pictures.images (event_id) where kind = 'cover' and status in ('shown', 'hidden');
create index idx_images_user on pictures.images (user_id, id) where kind = 'night' and status in ('shown', 'hidden');
create index idx_images_event on pictures.images (event_id, id) where kind = 'night' and status = 'shown';
create index idx_images_unfinished on pictures.images (status_at) where status in ('storing', 'removed');

create table pictures.reports (
  image_id uuid not null references pictures.images (id) on delete cascade,
  user_id uuid not null references accounts.users (id),
  reason text not null check (length(reason) between 1 and 500),
  created_at timestamptz not null default now(),
  -- when an operator had decided
  settled_at timestamptz,
  primary key (image_id, user_id)
);
create index idx_reports_open on pictures.reports (image_id, created_at) where settled_at is null;

-- Who decided what about a picture, and why. It outlives the picture.
create table pictures.decisions (
  id uuid primary key,
  image_id uuid not null,
  actor_id uuid not null references accounts.users (id),
  action text not null check (action in ('hide', 'show', 'remove')),
  reason text check (length(reason) between 1 and 500),
  created_at timestamptz not null default now()
);
create index idx_decisions_image on pictures.decisions (image_id, created_at);

-- Earlier nights at a place, or of an artist.
create index idx_events_venue on events.events (lower(venue_name), start_at);
create index idx_events_artist on events.events (lower(artist), start_at) where artist is not null;
