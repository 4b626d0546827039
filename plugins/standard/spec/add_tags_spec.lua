local test = require "accrue.test"

describe("outcome add_tags", function()
  local add_tags = test.load("outcomes/add_tags.lua")
  local purchase = { total = "5.00" }

  it("counts a tag that has no term", function()
    assert.same({ { effect = "tag", tag = "big", counter = true } }, add_tags:effects(purchase, { tags = { "big" } }))
  end)

  it("keeps a tag for a term", function()
    assert.same({ { effect = "tag", tag = "big", expires = "30 days" } },
      add_tags:effects(purchase, { tags = { "big" }, expires = "30 days" }))
  end)

  it("adds each tag once", function()
    local effects = add_tags:effects(purchase, { tags = { "late", "big", "late" } })
    assert.equal(2, #effects)
    assert.equal("big", effects[1].tag)
    assert.equal("late", effects[2].tag)
  end)

  it("tags a member", function()
    local shop = test.rules { purchase = { { when = { key_phrase = "make_a_purchase" },
      outcomes = { { outcome = "add_tags", tags = { "big" } } } } } }
    shop:purchase("m-1", "5.00")
    assert.equal("big", shop:member("m-1").tags[1].tag)
  end)
end)
