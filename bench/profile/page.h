// A profile as a page: roofline, cache ladder, peaks, and the time of models kernel by kernel.
#pragma once

#include "bench/profile/profile.h"
#include "reports/document.h"

namespace trm::bench {

reports::Document profile_page(const Profile& profile);

}  // namespace trm::bench
