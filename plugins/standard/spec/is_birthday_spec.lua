local test = require "accrue.test"

describe("key phrase is_birthday", function()
  local is_birthday = test.load("key_phrases/is_birthday.lua")
  local function born(birthday, time) return { birthday = birthday, time = time } end

  it("holds on the day", function()
    assert.is_true(is_birthday:test(born("1990-03-01", "2026-03-01"), {}))
    assert.is_false(is_birthday:test(born("1990-03-02", "2026-03-01"), {}))
  end)

  it("holds on 28 February for the 29th", function()
    assert.is_true(is_birthday:test(born("2000-02-29", "2026-02-28"), {}))
    assert.is_false(is_birthday:test(born("2000-02-29", "2028-02-28"), {}))
    assert.is_true(is_birthday:test(born("2000-02-29", "2028-02-29"), {}))
  end)

  it("holds in a week that two years share", function()
    -- Monday 28 December 2026 to Sunday 3 January 2027
    assert.is_true(is_birthday:test(born("1990-01-02", "2026-12-28"), { within = "week" }))
    assert.is_true(is_birthday:test(born("1990-12-29", "2027-01-03"), { within = "week" }))
    assert.is_false(is_birthday:test(born("1990-01-02", "2026-12-27"), { within = "week" }))
  end)

  it("holds in the month", function()
    assert.is_true(is_birthday:test(born("1990-05-31", "2026-05-01"), { within = "month" }))
    assert.is_false(is_birthday:test(born("1990-05-31", "2026-06-01"), { within = "month" }))
  end)

  it("fails without a birthday", function()
    assert.is_false(is_birthday:test({ audiences = {} }, { within = "month" }))
  end)
end)
