#include <descent/plot/machine.hpp>

#include <fstream>
#include <string_view>
#include <thread>

#include <sys/utsname.h>

#include <descent/plot/text.hpp>

namespace descent::inline v1::plot {
namespace {

/// "model name : AMD EPYC 7B13" in Linux's list of processors; empty elsewhere.
std::string processor() {
  std::ifstream list("/proc/cpuinfo");
  for (std::string line; std::getline(list, line);) {
    if (!line.starts_with("model name")) continue;
    const std::size_t value = line.find(": ");
    return value == std::string::npos ? "" : line.substr(value + 2);
  }
  return {};
}

void append(std::string& text, std::string_view part) {
  if (part.empty()) return;
  if (!text.empty()) text += ", ";
  text += part;
}

}  // namespace

std::string machine_text() {
  std::string text = processor();
  utsname system = {};
  const bool known = uname(&system) == 0;
  if (text.empty() && known) text = system.machine;
  if (const unsigned threads = std::thread::hardware_concurrency(); threads > 0)
    append(text, std::to_string(threads) + (threads == 1 ? " thread" : " threads"));
  if (known) append(text, std::string(system.sysname) + " " + system.release);
  return printable(text);
}

}  // namespace descent::inline v1::plot
