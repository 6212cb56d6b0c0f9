#pragma once

#include <source_location>

#include <nlohmann/json_fwd.hpp>

#include <descent/autodiff/tape/params.hpp>
#include <descent/autodiff/tensor/tensor.hpp>

// An op's parameters, and shapes, as JSON. Whole numbers, bools and lists of whole numbers are themselves; the rest says what it is:
// {"real": 0.5}, {"axes": [0]}, {"axes": "all"}, {"shape": [2, 3]}, {"dtype": "f32"}, {"reals": [1, 2]}, {"text": "..."}.

namespace descent::inline v1 {

struct Op;

namespace data {

nlohmann::json to_json(const Abstract& like);
/// The parameters of a call by name. throws ValueError: one cannot be written, with the op and the call's line
nlohmann::json params_to_json(const Op& op, const void* params, std::source_location where);

// The way back. throws nlohmann::json::exception: something else; ShapeError: an impossible shape
Abstract abstract_from_json(const nlohmann::json& text);
ParamValue param_from_json(const nlohmann::json& text);

}  // namespace data
}  // namespace descent::inline v1
