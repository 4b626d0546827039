local test = require "accrue.test"

describe("constraint day_of_week", function()
  local stores = { H = { timezone = "Pacific/Honolulu" }, N = { groups = { "north" } } }
  local day_of_week = test.load("constraints/day_of_week.lua", nil, { program = { timezone = "Europe/Berlin", stores = stores } })

  local function at(time, store) return { type = "purchase", time = time, data = { total = "5.00", store = store } } end

  it("takes the days listed, by any of their names", function()
    -- 2026-03-01 is a Sunday
    assert.is_true(day_of_week:accepts(at "2026-03-01T12:00:00Z", { days = { "sunday" } }))
    assert.is_true(day_of_week:accepts(at "2026-03-03T12:00:00Z", { days = { "Mon", "TUE" } }))
    assert.is_false(day_of_week:accepts(at "2026-03-01T12:00:00Z", { days = { "mon", "tue", "wed", "thu", "fri", "sat" } }))
  end)

  it("is the day in the program's zone, or in the store's if it has one", function()
    local sunday = { days = { "sunday" } }
    assert.is_true(day_of_week:accepts(at "2026-02-28T23:00:00Z", sunday))
    assert.is_false(day_of_week:accepts(at "2026-03-01T23:00:00Z", sunday))
    assert.is_true(day_of_week:accepts(at("2026-03-01T23:00:00Z", "H"), sunday))
    assert.is_false(day_of_week:accepts(at("2026-03-01T23:00:00Z", "N"), sunday))
    assert.is_false(day_of_week:accepts(at("2026-03-01T23:00:00Z", "unlisted"), sunday))
  end)

  it("looks at events and at movements of points", function()
    local event = { type = "member.join", time = "2026-03-01T23:00:00Z", data = { context = { store = "H" } } }
    assert.is_true(day_of_week:accepts(event, { days = { "sun" } }))
    assert.is_true(day_of_week:accepts({ points = 5, reason = "award" }, { days = { "thursday" } })) -- of 1970
  end)

  it("refuses what is no day", function()
    assert.matches("wanted a day", day_of_week:faults { days = { "caturday" } })
  end)

  it("counts past purchases of these days", function()
    local shop = test.rules { purchase = { { when = { all = { { key_phrase = "make_a_purchase" },
      { key_phrase = "complete_transactions", operator = "=", count = 2, constraints = { day_of_week = { "sat", "sun" } } } } } } } }
    for day = 1, 7 do shop:purchase("m-1", { total = "1.00" }, ("2026-03-0%dT12:00:00Z"):format(day)) end
    assert.equal(1, shop:balance("m-1", "points")) -- on the 7th, a Saturday
  end)
end)
