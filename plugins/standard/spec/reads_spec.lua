-- What components with `reads` are told, in specs as in programs.
local test = require "accrue.test"

describe("reads", function()

  local dir = (string.match(debug.getinfo(1, "S").source, "^@(.*)/[^/]*$") or ".") .. "/fixture/reads"
  local above = test.load("outcomes/above_average.lua", dir)
  local vars = { points = 2, account = "points", source = "promo" }

  it("are given by a spec", function()
    assert.equal(16, above:effects({ total = "20.00" }, vars, { usual = 1200 })[1].points)
    assert.same({}, above:effects({ total = "20.00" }, vars, { usual = 2000 }))
    assert.same({}, above:effects({ total = "20.00" }, vars))
  end)

  it("are fetched by a program", function()
    local club = test.rules({ event = { { when = { key_phrase = "trigger_an_event", event = "member.update" } } },
      purchase = { { when = { key_phrase = "make_a_purchase" }, outcomes = {
      { outcome = "above_average", points = 2, account = "points", source = "promo" } } } } }, { template = dir })
    for visit = 1, 6 do club:purchase("m-1", visit .. ".00") end
    assert.equal(6, club:balance("m-1")) -- the sixth: 6.00 against an average of 3.00
    club:verify()
  end)

  it("are tested in key phrases", function()
    local regular = test.load("key_phrases/regular.lua", dir)
    assert.same({ true, 3 }, { regular:test({ total = "1.00" }, { count = 3 }, { seen = 3 }) })
    assert.is_false(regular:test({ total = "1.00" }, { count = 3 }, { seen = 2 }))
    assert.matches("its read `seen`", regular:faults { count = 3, timeframe = { last = "3 months", each = "month" } })
  end)
end)
