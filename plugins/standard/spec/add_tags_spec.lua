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

  local function tagging(outcome)
    outcome.outcome = "add_tags"
    return test.rules { purchase = { { when = { key_phrase = "make_a_purchase" }, outcomes = { outcome } } } }
  end

  -- domain St6
  it("counts up, or begins its term again", function()
    local shop = tagging { tags = { "big" } }
    for _ = 1, 3 do shop:purchase("m-1", "5.00") end
    assert.equal(3, shop:member("m-1").tags[1].count)
    shop = tagging { tags = { "big" }, expires = "30 days" }
    shop:purchase("m-1", "5.00", "2026-01-01T12:00:00Z")
    shop:purchase("m-1", "5.00", "2026-01-11T12:00:00Z")
    assert.same({ tag = "big", count = 1, expires = "2026-02-11T00:00:00Z" }, shop:member("m-1").tags[1])
    shop:purchase("m-1", "5.00", "2026-01-05T12:00:00Z") -- late: the term that began after it stands
    assert.equal("2026-02-11T00:00:00Z", shop:member("m-1").tags[1].expires)
  end)

  it("never has both kinds of one tag", function()
    local shop = test.rules { purchase = {
      { when = { key_phrase = "make_a_purchase" }, outcomes = { { outcome = "add_tags", tags = { "big" } } } },
      { when = { key_phrase = "total_spend", amount = "100.00" },
        outcomes = { { outcome = "add_tags", tags = { "big" }, expires = "1 year" } } } } }
    shop:purchase("m-1", "5.00")
    local reply = shop:send { type = "purchase", member = "m-1", data = { total = "100.00" } }
    assert.equal("parked", reply.status)
    assert.matches('tag "big" of this member counts', reply.error.message)
    assert.equal(1, shop:member("m-1").tags[1].count)
  end)

  it("wants a tag", function()
    assert.matches("needs a tag", add_tags:faults { tags = test.json.list() })
  end)
end)
