#pragma once

#include <string>

namespace descent::inline v1::plot {

/// The machine in words, to stand beside its numbers: "AMD EPYC 7B13, 2 threads, Linux 6.1.0". What the system does not tell is left out.
std::string machine_text();

}  // namespace descent::inline v1::plot
