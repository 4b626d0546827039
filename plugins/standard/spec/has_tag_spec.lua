local test = require "accrue.test"

describe("key phrase has_tag", function()
  local has_tag = test.load("key_phrases/has_tag.lua")

  it("counts", function()
    assert.equal(3, has_tag:value({ tags = { vip = 3 } }, { tag = "vip" }))
    assert.equal(0, has_tag:value({ tags = { vip = 3 } }, { tag = "late" }))
  end)

  it("holds from the second tag on, and at none", function()
    local club = test.rules { purchase = {
      { when = { all = { { key_phrase = "make_a_purchase" }, { key_phrase = "has_tag", tag = "fan", count = 2 } } } },
      { when = { all = { { key_phrase = "make_a_purchase" }, { key_phrase = "has_tag", tag = "fan", operator = "=", count = 0 } } },
        outcomes = { { outcome = "points_fixed", points = 10, account = "points", source = "promo" } } },
      { when = { key_phrase = "make_a_purchase" }, outcomes = { { outcome = "add_tags", tags = { "fan" } } } },
    } }
    local expected = { 10, 10, 11, 12 }
    for visit = 1, 4 do
      club:purchase("m-1", "5.00")
      assert.equal(expected[visit], club:balance("m-1"))
    end
  end)

  it("refuses less than none", function()
    assert.matches("nothing is less", has_tag:faults { tag = "vip", operator = "<", count = 0 })
  end)
end)
