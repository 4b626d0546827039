local test = require "accrue.test"

describe("recipe anniversary-review", function()
  local club

  -- Joined on 1 March 2026, Gold on 10 April 2026: the review is on 1 March 2027, its grace ends ninety days later, on 30 May.
  before_each(function()
    club = test.program "programs/anniversary-review.json"
    club:apply { type = "member.join", member = "m-1", data = {}, time = "2026-03-01T12:00:00-05:00" }
    club:purchase("m-1", "2000.00", "2026-04-10T12:00:00-04:00")
    assert.equal("Gold", club:level "m-1")
  end)
  after_each(function()
    club:verify()
    club:close()
  end)

  it("keeps who spent enough in the year before the anniversary", function()
    club:clock "2027-03-02T12:00:00-05:00"
    assert.equal("Gold", club:level "m-1")
    assert.equal(0, club:tag("m-1", "at_risk"))
    club:clock "2027-12-31T12:00:00-05:00"
    assert.equal("Gold", club:level "m-1")
  end)

  -- Reviewed and kept in 2027, nothing bought since: at risk in March 2028.
  local function at_risk()
    club:clock "2028-03-02T12:00:00-05:00"
    assert.equal("Gold", club:level "m-1")
    assert.equal(1, club:tag("m-1", "at_risk"))
  end

  it("gives ninety days to make up for it, and tells that the level is at risk", function()
    at_risk()
    club:clock "2028-05-29T12:00:00-04:00"
    assert.equal("Gold", club:level "m-1")
    club:clock "2028-06-02T12:00:00-04:00"
    assert.equal("Silver", club:level "m-1")
  end)

  it("keeps who makes up for it in time", function()
    at_risk()
    club:purchase("m-1", "1500.00", "2028-05-01T12:00:00-04:00")
    club:clock "2028-12-31T12:00:00-05:00"
    assert.equal("Gold", club:level "m-1")
  end)

  it("takes one level a review, however little was spent", function()
    at_risk()
    club:clock "2028-12-31T12:00:00-05:00"
    assert.equal("Silver", club:level "m-1")
    club:clock "2029-03-02T12:00:00-05:00"
    assert.equal("Silver", club:level "m-1")
    club:clock "2029-06-02T12:00:00-04:00"
    assert.equal("Bronze", club:level "m-1")
  end)
end)
