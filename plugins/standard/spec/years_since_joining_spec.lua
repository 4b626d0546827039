local test = require "accrue.test"

describe("key phrase years_since_joining", function()
  local years = test.load("key_phrases/years_since_joining.lua")
  local vars = { years = 1 }
  local function at(time) return { joined = "2020-02-29", time = time } end

  -- domain 16.14, example 16
  it("counts whole years from 29 February", function()
    assert.equal(0, years:value(at "2021-02-27", vars))
    assert.equal(1, years:value(at "2021-02-28", vars))
    assert.equal(3, years:value(at "2024-02-28", vars))
    assert.equal(4, years:value(at "2024-02-29", vars))
  end)

  it("follows settings.leap_day", function()
    local march = test.load("key_phrases/years_since_joining.lua", nil, { program = { settings = { leap_day = "mar1" } } })
    assert.equal(0, march:value(at "2021-02-28", vars))
    assert.equal(1, march:value(at "2021-03-01", vars))
    assert.equal(4, march:value(at "2024-02-29", vars))
  end)

  it("counts in the member's zone", function()
    local member = { joined = "2025-03-01T12:00:00Z", time = "2026-02-28T15:30:00Z", timezone = "Asia/Tokyo" }
    assert.equal(1, years:value(member, vars)) -- 1 March there
    member.timezone = "America/New_York"
    assert.equal(0, years:value(member, vars))
  end)
end)
