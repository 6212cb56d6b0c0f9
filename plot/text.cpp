#include <descent/plot/text.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

namespace descent::inline v1::plot {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr std::array<char32_t, 10> kSuperscripts = {U'⁰', U'¹', U'²', U'³', U'⁴', U'⁵', U'⁶', U'⁷', U'⁸', U'⁹'};
constexpr std::string_view kMinus = "−";

int continuation(unsigned char byte) { return (byte & 0xC0U) == 0x80U ? static_cast<int>(byte & 0x3FU) : -1; }

/// How many bytes follow a first byte, and the bits it carries; -1 for a byte that starts nothing.
std::pair<int, char32_t> lead(unsigned char byte) {
  if (byte < 0x80U) return {0, byte};
  if (byte >= 0xC2U && byte < 0xE0U) return {1, byte & 0x1FU};
  if (byte >= 0xE0U && byte < 0xF0U) return {2, byte & 0x0FU};
  if (byte >= 0xF0U && byte < 0xF5U) return {3, byte & 0x07U};
  return {-1, 0};
}

bool valid(char32_t c, int followers) {
  constexpr std::array<char32_t, 4> least = {0, 0x80, 0x800, 0x10000};
  const bool surrogate = c >= 0xD800 && c < 0xE000;
  return c >= least[static_cast<std::size_t>(followers)] && c <= 0x10FFFF && !surrogate;
}

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029; }
/// Marks that turn the direction of the text around them.
bool is_direction(char32_t c) { return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F; }
bool is_zero_wide(char32_t c) {
  return (c >= 0x300 && c <= 0x36F) || (c >= 0x200B && c <= 0x200D) || c == 0xFEFF || (c >= 0xFE00 && c <= 0xFE0F);
}

bool is_wide(char32_t c) {
  constexpr std::array<std::pair<char32_t, char32_t>, 8> ranges = {{{0x1100, 0x115F},
                                                                    {0x2E80, 0xA4CF},
                                                                    {0xAC00, 0xD7A3},
                                                                    {0xF900, 0xFAFF},
                                                                    {0xFE30, 0xFE6F},
                                                                    {0xFF00, 0xFF60},
                                                                    {0x1F300, 0x1FAFF},
                                                                    {0x20000, 0x3FFFD}}};
  return std::any_of(ranges.begin(), ranges.end(), [c](const auto& r) { return c >= r.first && c <= r.second; });
}

int columns_of(char32_t c) { return is_zero_wide(c) ? 0 : is_wide(c) ? 2 : 1; }

std::string_view ascii_of(char32_t c) {
  switch (c) {
    case U'−':
    case U'–':
    case U'—': return "-";
    case U'“':
    case U'”': return "\"";
    case U'‘':
    case U'’': return "'";
    case U'\u00A0':
    case U'\u202F': return " ";
    case U'×':
    case U'✗': return "x";
    case U'·': return ".";
    case U'½': return "1/2";
    case U'∞': return "inf";
    case U'→': return "->";
    case U'←': return "<-";
    case U'↑': return "^";
    case U'↓': return "v";
    case U'≤': return "<=";
    case U'≥': return ">=";
    case U'≠': return "!=";
    case U'≈': return "~";
    case U'…': return "...";
    case U'‖': return "||";
    case U'✓': return "ok";
    case U'α': return "alpha";
    case U'β': return "beta";
    case U'η': return "eta";
    case U'μ': return "mu";
    case U'σ': return "sigma";
    default: return "?";
  }
}

std::string with_minus(std::string text) {
  if (!text.empty() && text[0] == '-') text.replace(0, 1, kMinus);
  return text;
}

std::string without_trailing_zeros(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string scientific(double number, int digits) {
  const std::string text = fmt::format("{:.{}e}", number, digits - 1);  // -4.70e-07
  const std::size_t e = text.find('e');
  const std::string mantissa = without_trailing_zeros(text.substr(0, e));
  const std::string power = "10" + superscript(std::strtoll(text.c_str() + e + 1, nullptr, 10));
  if (mantissa == "1") return power;
  return with_minus(mantissa) + "×" + power;
}

}  // namespace

char32_t next_code_point(std::string_view& text) {
  const auto [followers, bits] = lead(static_cast<unsigned char>(text[0]));
  char32_t c = bits;
  bool whole = followers >= 0 && static_cast<std::size_t>(followers) < text.size();
  for (int i = 1; whole && i <= followers; ++i) {
    const int more = continuation(static_cast<unsigned char>(text[static_cast<std::size_t>(i)]));
    whole = more >= 0;
    c = (c << 6U) | static_cast<char32_t>(std::max(more, 0));
  }
  whole = whole && valid(c, followers);
  text.remove_prefix(whole ? static_cast<std::size_t>(followers) + 1 : 1);
  return whole ? c : kReplacement;
}

void append_utf8(std::string& text, char32_t c) {
  const auto byte = [&text](char32_t bits) { text += static_cast<char>(static_cast<unsigned char>(bits)); };
  if (c < 0x80) return byte(c);
  if (c < 0x800) {
    byte(0xC0 | (c >> 6U));
  } else {
    if (c < 0x10000) {
      byte(0xE0 | (c >> 12U));
    } else {
      byte(0xF0 | (c >> 18U));
      byte(0x80 | ((c >> 12U) & 0x3F));
    }
    byte(0x80 | ((c >> 6U) & 0x3F));
  }
  byte(0x80 | (c & 0x3F));
}

int columns_of(std::string_view text) {
  int columns = 0;
  while (!text.empty()) columns += columns_of(next_code_point(text));
  return columns;
}

std::string printable(std::string_view text) {
  std::string clean;
  while (!text.empty()) {
    const char32_t c = next_code_point(text);
    if (c == '\n' || c == '\t' || c == '\r') clean += ' ';
    else append_utf8(clean, is_control(c) || is_direction(c) ? kReplacement : c);
  }
  return clean;
}

std::string ascii(std::string_view text) {
  std::string plain;
  bool raised = false;
  while (!text.empty()) {
    const char32_t c = next_code_point(text);
    const char digit = plain_of_superscript(c);
    if (digit != 0 && !raised) plain += '^';
    raised = digit != 0;
    if (raised) plain += digit;
    else if (c < 0x80) plain += is_control(c) ? ' ' : static_cast<char>(c);
    else plain += ascii_of(c);
  }
  return plain;
}

std::string shown(std::string_view text, Glyphs glyphs) { return glyphs == Glyphs::ascii ? ascii(text) : printable(text); }

std::string shortened(std::string_view text, int columns, Glyphs glyphs) {
  const std::string clean = shown(text, glyphs);
  if (columns_of(clean) <= columns) return clean;
  return glyphs == Glyphs::ascii ? clean.substr(0, static_cast<std::size_t>(columns - 1)) + "~" : fitted(clean, columns);
}

std::string fitted(std::string_view text, int columns, Align align) {
  const int width = columns_of(text);
  if (width <= columns) {
    const auto blanks = static_cast<std::size_t>(columns - width);
    const std::size_t before = align == Align::left ? 0 : align == Align::right ? blanks : blanks / 2;
    return std::string(before, ' ').append(text).append(blanks - before, ' ');
  }
  if (columns <= 0) return {};
  std::string cut;
  int used = 0;
  while (!text.empty()) {
    const char32_t c = next_code_point(text);
    if (used + columns_of(c) > columns - 1) break;
    used += columns_of(c);
    append_utf8(cut, c);
  }
  cut += "…";
  return cut.append(static_cast<std::size_t>(columns - 1 - used), ' ');
}

std::string xml_escaped(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    const char32_t c = next_code_point(text);
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      case '\'': escaped += "&#39;"; break;
      case '\n':
      case '\t': escaped += static_cast<char>(c); break;
      default: append_utf8(escaped, is_control(c) || is_direction(c) || c == 0xFFFE || c == 0xFFFF ? kReplacement : c);
    }
  }
  return escaped;
}

std::string superscript(long long number) {
  std::string raised;
  for (const char c : std::to_string(number)) append_utf8(raised, c == '-' ? U'⁻' : kSuperscripts[static_cast<std::size_t>(c - '0')]);
  return raised;
}

char plain_of_superscript(char32_t c) {
  if (c == U'⁻') return '-';
  const auto found = std::find(kSuperscripts.begin(), kSuperscripts.end(), c);
  return found == kSuperscripts.end() ? '\0' : static_cast<char>('0' + (found - kSuperscripts.begin()));
}

std::string grouped(double number) {
  std::string text = fmt::format("{:.0f}", number);
  const std::size_t start = text[0] == '-' ? 1 : 0;
  if (text.size() - start > 4)
    for (std::size_t at = text.size(); at > start + 3;) text.insert(at -= 3, " ");
  return with_minus(text == "-0" ? "0" : text);
}

std::string number_text(double number, int digits) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "∞" : "−∞";
  const double size = std::abs(number);
  if (size != 0 && (size < 1e-4 || size >= 1e9)) return scientific(number, digits);
  const int before_point = size < 1 ? 0 : static_cast<int>(std::floor(std::log10(size))) + 1;
  if (before_point >= digits) return grouped(number);
  const int leading_zeros = size == 0 || size >= 1 ? 0 : -static_cast<int>(std::floor(std::log10(size))) - 1;
  const std::string text = without_trailing_zeros(fmt::format("{:.{}f}", number, digits - before_point + leading_zeros));
  return with_minus(text == "-0" ? "0" : text);
}

std::string power_text(double exponent) {
  if (!std::isfinite(exponent)) return number_text(exponent);
  const double whole = std::floor(exponent);
  const double lead = std::pow(10.0, exponent - whole);  // 1 to 10
  if (exponent < 9) return number_text(std::round(lead * 100) / 100 * std::pow(10.0, whole));
  if (exponent >= 100) return "10" + superscript(std::llround(exponent));
  const auto mantissa = std::llround(lead);
  if (mantissa == 10) return "10" + superscript(static_cast<long long>(whole) + 1);
  const std::string power = "10" + superscript(static_cast<long long>(whole));
  return mantissa == 1 ? power : fmt::format("{}×{}", mantissa, power);
}

std::vector<std::string> wrapped(std::string_view text, double limit, double (*width)(std::string_view)) {
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, blank);
    text.remove_prefix(std::min(blank + 1, text.size()));
    if (word.empty()) continue;
    const std::string longer = line.empty() ? std::string(word) : line + " " + std::string(word);
    if (line.empty() || width(longer) <= limit) {
      line = longer;
    } else {
      lines.push_back(std::exchange(line, std::string(word)));
    }
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

}  // namespace descent::inline v1::plot
