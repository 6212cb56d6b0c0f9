// expect: a sentence for the reader
#include <descent/autodiff/base/shape.hpp>

static_assert(descent::max_rank == 0, "a sentence for the reader");
