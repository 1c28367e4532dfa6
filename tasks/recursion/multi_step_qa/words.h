// Names of people and things.
#pragma once

#include <array>
#include <string_view>

namespace trm::tasks::multi_step_qa {

inline constexpr std::array<std::string_view, 36> kWomen = {
    "Ann",   "Beth", "Clara", "Dora", "Emma",  "Fay",  "Grace", "Helen", "Ida",   "Jane",  "Kate", "Lea",
    "Mary",  "Nora", "Olga",  "Pam",  "Rose",  "Sara", "Tina",  "Una",   "Vera",  "Wilma", "Zoe",  "Alice",
    "Bella", "Cora", "Diana", "Eve",  "Fiona", "Gina", "Hanna", "Irene", "Julia", "Karen", "Lucy", "Mona"};
inline constexpr std::array<std::string_view, 36> kMen = {
    "Adam", "Ben",   "Carl",  "Dan",  "Eric",  "Frank", "Greg", "Hugo", "Ivan",   "Jack", "Karl", "Leo",
    "Mark", "Ned",   "Oscar", "Paul", "Ralph", "Sam",   "Tom",  "Uri",  "Victor", "Will", "Yuri", "Zack",
    "Alan", "Bruno", "Colin", "Dirk", "Emil",  "Fred",  "Gary", "Hank", "Igor",   "John", "Kurt", "Louis"};

// Containers and assemblies from small to large.
inline constexpr std::array<std::string_view, 20> kObjects = {
    "key",  "coin", "ring", "stamp", "pen",   "button", "needle", "marble", "ticket", "match",
    "bead", "nail", "dice", "pearl", "shell", "candle", "spoon",  "map",    "letter", "watch"};
inline constexpr std::array<std::string_view, 28> kContainers = {
    "thimble", "locket", "envelope", "purse",  "tin",    "mug",     "jar",      "pouch",    "bowl",     "pot",
    "bottle",  "casket", "box",      "basket", "bag",    "bucket",  "drawer",   "backpack", "suitcase", "crate",
    "sack",    "barrel", "chest",    "trunk",  "locker", "cabinet", "cupboard", "wardrobe"};
inline constexpr std::array<std::string_view, 12> kRooms = {"kitchen", "attic",   "cellar",  "garage",
                                                            "bedroom", "office",  "hall",    "pantry",
                                                            "study",   "nursery", "library", "studio"};
inline constexpr std::array<std::string_view, 20> kPieces = {
    "bolt",  "screw", "nut",  "rivet", "washer", "spring", "pin",  "clip",  "wire",   "gasket",
    "tooth", "fuse",  "seal", "ball",  "hook",   "latch",  "knob", "plate", "magnet", "bristle"};
inline constexpr std::array<std::string_view, 28> kAssemblies = {
    "hinge", "valve",   "switch", "socket", "lever", "handle", "bearing", "pulley", "gear", "piston",
    "shaft", "pedal",   "lamp",   "pump",   "brake", "clutch", "wheel",   "motor",  "fan",  "cooler",
    "axle",  "gearbox", "panel",  "engine", "winch", "frame",  "cabin",   "chassis"};
inline constexpr std::array<std::string_view, 12> kMachines = {
    "car", "truck", "ship", "train", "crane", "tractor", "airplane", "bus", "loom", "mill", "rocket", "ferry"};

}  // namespace trm::tasks::multi_step_qa
