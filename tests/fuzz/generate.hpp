#pragma once

#include <descent/tests/fuzz/builder.hpp>

namespace descent::fuzz {

/// The program of a seed: 1 to `limits.calls` calls drawn from all ops, and the calls that bring their inputs into shape and range.
Program generate(std::uint64_t seed, const Limits& limits = {});

}  // namespace descent::fuzz
