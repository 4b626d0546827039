local test = require "accrue.test"

describe("key phrase is_anniversary", function()
  local is_anniversary = test.load("key_phrases/is_anniversary.lua")
  local function at(time) return { joined = "2020-02-29", time = time } end

  -- domain 16.14, example 16
  it("falls on 28 February in common years", function()
    for time, expected in pairs { ["2021-02-28"] = true, ["2022-02-28"] = true, ["2023-02-28"] = true, ["2024-02-29"] = true,
      ["2024-02-28"] = false, ["2021-03-01"] = false, ["2021-02-27"] = false } do
      assert.equal(expected, (is_anniversary:test(at(time), {})), time)
    end
  end)

  it("falls on 1 March when the program says so", function()
    local march = test.load("key_phrases/is_anniversary.lua", nil, { program = { settings = { leap_day = "mar1" } } })
    assert.is_true(march:test(at "2021-03-01", {}))
    assert.is_false(march:test(at "2021-02-28", {}))
  end)

  it("is not the day of joining", function()
    assert.is_false(is_anniversary:test(at "2020-02-29", {}))
    assert.is_false(is_anniversary:test(at "2020-02-29", { within = "month" }))
  end)

  it("holds all week, from Monday, and all month", function()
    -- 28 February 2022 is a Monday
    assert.is_false(is_anniversary:test(at "2022-02-27", { within = "week" }))
    assert.is_true(is_anniversary:test(at "2022-03-06", { within = "week" }))
    assert.is_false(is_anniversary:test(at "2022-03-07", { within = "week" }))
    assert.is_true(is_anniversary:test(at "2022-02-01", { within = "month" }))
    assert.is_false(is_anniversary:test(at "2022-03-01", { within = "month" }))
  end)

  it("holds in a program, by the member's clock", function()
    local club = test.rules({ purchase = { { when = { all = { { key_phrase = "make_a_purchase" },
      { key_phrase = "is_anniversary" } } } } } }, { start = "2025-06-01" })
    club:apply { type = "member.join", member = "m-1", data = { joined = "2024-06-10", timezone = "Pacific/Auckland" } }
    club:purchase("m-1", "5.00", "2025-06-09T11:59:00Z")
    assert.equal(0, club:balance("m-1"))
    club:purchase("m-1", "5.00", "2025-06-09T12:01:00Z") -- 10 June there
    assert.equal(1, club:balance("m-1"))
  end)
end)
