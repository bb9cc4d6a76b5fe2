-- What a search means (rules L1 to L4): for each word the words of the house that begin with it or contain it, else those
-- spelt nearly so. `wanted` is null when a word is like nothing anybody lists; `titled` is the same for titles and artists
-- only; `read_as` is the search with its corrections, null when there were none.
create or replace function events.understand(p_search text, out wanted text, out titled text, out read_as text)
language plpgsql stable
set pg_trgm.similarity_threshold = 0.2
as $$
declare
  v_words text[] := (string_to_array(nullif(events.plain_words(p_search), ''), ' '))[1:12];
  v_word text;
  v_like text[];
  v_corrected boolean := false;
  v_read text[] := '{}';
begin
  -- Signs alone say nothing that could be found.
  if v_words is null then return; end if;
  foreach v_word in array v_words loop
    -- A short word is inside of half the house: it has to be the beginning.
    v_like := case when length(v_word) < 3 then
        array(select w.word from events.words w where w.word like v_word || '%' order by length(w.word), w.word limit 1)
      else array(select w.word from events.words w where w.word like '%' || v_word || '%'
                  order by starts_with(w.word, v_word) desc, length(w.word), w.word limit 50) end;
    if cardinality(v_like) > 0 then
      v_read := v_read || v_word;
      v_like := array(select quote_literal(v_word) || ':*' union select quote_literal(l) from unnest(v_like) as l);
    else
      -- One slip in a short word, two in a longer one; a word still being typed is compared with beginnings.
      v_like := array(
        select near.word from (
          select w.word, rank() over (order by d.slips) as place, w.word <-> v_word as far
            from events.words w,
            lateral (select least(levenshtein_less_equal(w.word, v_word, 2),
                       case when length(v_word) > 4 then levenshtein_less_equal(left(w.word, length(v_word)), v_word, 2) end) as slips) d
           where length(v_word) between 3 and 60 and length(w.word) <= 60 and w.word % v_word
             and d.slips <= case when length(v_word) < 4 then 1 else 2 end) near
         where near.place = 1 order by near.far, near.word limit 5);
      if cardinality(v_like) = 0 then
        wanted := null;
        titled := null;
        read_as := null;
        return;
      end if;
      v_read := v_read || v_like[1];
      v_corrected := true;
      v_like := array(select quote_literal(l) from unnest(v_like) as l);
    end if;
    wanted := concat_ws(' & ', wanted, '(' || array_to_string(v_like, ' | ') || ')');
    titled := concat_ws(' & ', titled, '(' || array_to_string(array(
      select case when l like '%:*' then l || 'A' else l || ':A' end from unnest(v_like) as l), ' | ') || ')');
  end loop;
  read_as := case when v_corrected then array_to_string(v_read, ' ') end;
end $$;
