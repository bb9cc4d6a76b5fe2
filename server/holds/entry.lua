-- A hold as the gate notes it: `user|request|tier:units,…`, and with seats or an exchange `…|seat.seat|old hold id`.

-- { user, request, units: by tier without seats, total, seats: as text, replaces: hold id or '' }
local function parse_entry(entry)
  local user, request, items, seats, replaces = string.match(entry, '^(.-)|(.-)|([^|]*)|?([^|]*)|?(.*)$')
  local hold = { user = user, request = request, units = {}, total = 0, seats = seats, replaces = replaces }
  for tier, quantity in string.gmatch(items, '([^:,]+):(%d+)') do
    hold.units[tier] = tonumber(quantity)
    hold.total = hold.total + hold.units[tier]
  end
  for _ in string.gmatch(seats, '%d+') do hold.total = hold.total + 1 end
  return hold
end
