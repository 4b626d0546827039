local test = require "accrue.test"

describe("key phrase time_in_level", function()
  local time_in_level = test.load("key_phrases/time_in_level.lua")
  local function at(time) return { level = "Gold", level_since = "2026-01-31T23:00:00Z", time = time } end

  it("counts days by the calendar", function()
    assert.is_false(time_in_level:test(at "2026-03-01T23:30:00Z", { duration = "30 days" }))
    assert.is_true(time_in_level:test(at "2026-03-02T00:00:00Z", { duration = "30 days" }))
    assert.is_true(time_in_level:test(at "2026-03-02T23:59:59Z", { duration = "30 days", operator = "=" }))
    assert.is_false(time_in_level:test(at "2026-03-02T23:59:59Z", { duration = "30 days", operator = ">" }))
  end)

  it("clamps months", function()
    assert.is_false(time_in_level:test(at "2026-02-27T12:00:00Z", { duration = "1 month" }))
    assert.is_true(time_in_level:test(at "2026-02-28T12:00:00Z", { duration = "1 month" }))
  end)

  it("counts hours exactly", function()
    assert.is_false(time_in_level:test(at "2026-02-01T22:59:59Z", { duration = "24 hours" }))
    assert.is_true(time_in_level:test(at "2026-02-01T23:00:00Z", { duration = "24 hours" }))
  end)

  it("counts in the member's zone", function()
    local tokyo = at "2026-03-02T15:00:00Z"
    tokyo.timezone = "Asia/Tokyo" -- entered on 1 February there; it is 3 March
    assert.same({ true, 30 }, { time_in_level:test(tokyo, { duration = "30 days" }) })
    tokyo.time = "2026-03-02T14:59:59Z"
    assert.same({ false, 29 }, { time_in_level:test(tokyo, { duration = "30 days" }) })
  end)

  it("fails for a member without level", function()
    assert.is_false(time_in_level:test({ audiences = {} }, { duration = "1 day", operator = "<" }))
  end)
end)
