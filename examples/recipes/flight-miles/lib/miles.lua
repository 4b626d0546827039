-- The airline's table: what a flight earns by its distance and cabin.
local bands = {
  { up_to = 600, economy = 125, premium = 250, business = 500 },
  { up_to = 1500, economy = 300, premium = 600, business = 1200 },
  { up_to = 3500, economy = 800, premium = 1500, business = 3000 },
  { economy = 1500, premium = 3000, business = 6000 },
}

local miles = {}

-- Of the first band that the distance fits in; the last one has no end.
function miles.of(distance, cabin)
  for _, band in ipairs(bands) do
    if not band.up_to or distance <= band.up_to then return band[cabin] end
  end
end

return miles
