local test = require "accrue.test"

describe("constraint time_of_day", function()
  local stores = { H = { timezone = "Pacific/Honolulu" } }
  local time_of_day = test.load("constraints/time_of_day.lua", nil, { program = { timezone = "America/New_York", stores = stores } })

  -- Hours of 2026-03-02 in UTC; New York is five hours behind.
  local function accepts(time, slots, store)
    return time_of_day:accepts({ type = "purchase", time = "2026-03-02T" .. time .. "Z", data = { total = "5.00", store = store } },
      { slots = slots })
  end

  it("has the start of a slot and not its end", function()
    assert.is_false(accepts("18:59:59.999999", { "14:00-17:00" }))
    assert.is_true(accepts("19:00:00", { "14:00-17:00" }))
    assert.is_true(accepts("21:59:59.999999", { "14:00-17:00" }))
    assert.is_false(accepts("22:00:00", { "14:00-17:00" }))
  end)

  it("goes on past midnight", function()
    local night = { "22:00-02:00" }
    assert.is_false(accepts("02:59:00", night))
    assert.is_true(accepts("03:00:00", night))
    assert.is_true(accepts("05:00:00", night))
    assert.is_true(accepts("06:59:00", night))
    assert.is_false(accepts("07:00:00", night))
  end)

  it("takes any of several slots, up to the end of the day", function()
    local slots = { "06:00-08:00", "23:00-24:00" }
    assert.is_true(accepts("11:00:00", slots))
    assert.is_false(accepts("13:00:00", slots))
    assert.is_true(accepts("04:59:00", slots))
    assert.is_false(accepts("05:00:00", slots))
    assert.is_true(accepts("05:00:00", { "00:00-24:00" }))
  end)

  it("is told by the clocks of the store", function()
    assert.is_true(accepts("19:30:00", { "09:00-10:00" }, "H"))
    assert.is_false(accepts("19:30:00", { "14:00-15:00" }, "H"))
    assert.is_true(accepts("19:30:00", { "14:00-15:00" }, "elsewhere"))
  end)

  it("refuses what is no slot", function()
    assert.matches("wanted a slot", time_of_day:faults { slots = { "9:00-10:00" } })
    assert.matches("wanted a slot", time_of_day:faults { slots = { "09:00-09:00" } })
    assert.matches("wanted a slot", time_of_day:faults { slots = { "24:00-01:00" } })
  end)

  it("fires by the clock in a program", function()
    local shop = test.rules { stores = stores, timezone = "America/New_York", purchase = { { when = { key_phrase = "make_a_purchase",
      constraints = { time_of_day = { "14:00-17:00" }, day_of_week = { "tue" } } } } } }
    shop:purchase("m-1", { total = "1.00" }, "2026-03-03T19:00:00Z")
    shop:purchase("m-1", { total = "1.00" }, "2026-03-04T19:00:00Z")
    shop:purchase("m-1", { total = "1.00", store = "H" }, "2026-03-04T00:30:00Z") -- Tuesday 14:30 in Honolulu
    assert.equal(2, shop:balance("m-1", "points"))
  end)
end)
