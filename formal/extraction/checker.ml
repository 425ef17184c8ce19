(* The extracted checker on a text from standard input (formal/README.md): restates what was read, and
   prints VALID or INVALID. Exit status: 0 valid, 1 invalid, 2 unreadable, 4 out of memory or stack.

   Trusted, with the extracted code: this reading and printing. Numbers are read into Coq's own. *)

open! Accepts

exception Bad of string

let bad what given wanted = raise (Bad (Printf.sprintf "%s: %S is not %s" what given wanted))

(* ---- words *)

let words =
  let text = Buffer.create 65536 in
  (try while true do Buffer.add_channel text stdin 1 done with End_of_file -> ());
  let blank = String.map (fun c -> if c = '\n' then ' ' else c) (Buffer.contents text) in
  ref (List.filter (fun w -> w <> "") (String.split_on_char ' ' blank))

let word what =
  match !words with
  | [] -> raise (Bad (what ^ " is missing"))
  | w :: rest -> words := rest; w

let keyword k = let w = word k in if w <> k then bad "a word" w (Printf.sprintf "%S" k)

let choice what options =
  let w = word what in
  match List.assoc_opt w options with
  | Some x -> x
  | None -> bad what w ("one of " ^ String.concat ", " (List.map fst options))

let digits what w =
  if w = "" || String.length w > 20000 || not (String.for_all (fun c -> '0' <= c && c <= '9') w)
  then bad what w "a number in digits"

(* A small number, for what Coq has in unary. *)
let most = 1000000

let number what =
  let w = word what in
  digits what w;
  if String.length w > 7 || int_of_string w > most then bad what w (Printf.sprintf "at most %d" most);
  int_of_string w

let nat_of n = let rec go acc k = if k = 0 then acc else go (S acc) (k - 1) in go O n
let int_of n = let rec go acc = function O -> acc | S m -> go (acc + 1) m in go 0 n
let nat what = nat_of (number what)

(* Integers of any length, by Coq's arithmetic. *)
let rec positive k = if k = 1 then XH else if k mod 2 = 0 then XO (positive (k / 2)) else XI (positive (k / 2))
let n_small k = if k = 0 then N0 else Npos (positive k)
let z_small k = if k = 0 then Z0 else Zpos (positive k)

let integer what =
  let w = word what in
  let negative = w <> "" && w.[0] = '-' in
  let ds = if negative then String.sub w 1 (String.length w - 1) else w in
  digits what ds;
  let value = ref Z0 in
  String.iter (fun c -> value := Z.add (Z.mul !value (z_small 10)) (z_small (Char.code c - 48))) ds;
  if negative then Z.opp !value else !value

(* [f] so often as a number says, in order. *)
let times k f = List.rev (List.fold_left (fun acc _ -> f () :: acc) [] (List.init k Fun.id))
let list what f = let k = number ("number of " ^ what) in times k f

(* ---- the text *)

let span what = let a = nat what in let b = nat what in (a, b)
let box what = let rows = span what in let columns = span what in (rows, columns)

let shape () =
  let win_h = nat "window" in let win_w = nat "window" in
  let str_h = nat "stride" in let str_w = nat "stride" in
  let channels = nat "channels" in
  let dil_h = nat "dilation" in let dil_w = nat "dilation" in
  let pad_h = nat "padding" in let pad_w = nat "padding" in
  let groups = nat "groups" in
  let given_size =
    if choice "size" [ "rounded", false; "given", true ] then Some (span "size") else None in
  let base_of = { win_h; win_w; str_h; str_w; channels } in
  { base_of; dil_h; dil_w; pad_h; pad_w; given_size; groups }

let network () =
  keyword "weights"; let n_shared = choice "weights" [ "shared", true; "unshared", false ] in
  keyword "grid"; let n_H = nat "H" in let n_W = nat "W" in
  keyword "templates"; let n_M = nat "M" in
  keyword "layers"; let n_shapes = list "layers" shape in
  keyword "P"; let n_P = list "boxes of P" (fun () -> box "box of P") in
  { n_shared; n_H; n_W; n_M; n_shapes; n_P }

let power () = let b = nat "base" in let e = nat "exponent" in (b, e)

let entry () =
  let e_channels = span "channels" in
  let e_offsets = box "offsets" in let e_locations = box "locations" in
  let weight () = let d = nat "input channel" in let w = integer "weight" in (d, w) in
  let e_weights = list "weights" weight in
  { e_channels; e_offsets; e_locations; e_weights; e_bias = integer "bias" }

let leaf () =
  if choice "site" [ "fixed", true; "free", false ] then Fixed (nat "template")
  else let k = n_small (number "block") in Free (k, list "templates" (fun () -> nat "template"))

let sites net =
  keyword "sites";
  times (int_of net.n_H) (fun () -> times (int_of net.n_W) leaf)

let blocks () = keyword "blocks"; list "powers" power

let lower net =
  keyword "modulus"; let l_modulus = integer "modulus" in
  keyword "denominator"; let l_den = integer "denominator" in
  keyword "assignment";
  let l_layers = List.map (fun _ -> keyword "layer"; list "entries" entry) net.n_shapes in
  let l_leaves = sites net in
  let l_powers = blocks () in
  { l_modulus; l_den; l_layers; l_leaves; l_powers }

let vertex () = let l = nat "layer" in let (r, c) = span "vertex" in ((l, r), c)

let cut sum () =
  keyword "separator"; let set = list "vertices" vertex in
  keyword "on-Q"; ByCut (sum, set, list "locations" vertex)

let forms = [ "size", (fun () -> BySize); "sum", cut true; "product", cut false ]
let upper () = (choice "bound from above" forms) ()

let upper_point net =
  let for_all form () = ForAll (form ()) in
  let tables () = let leaves = sites net in ByTables (leaves, blocks ()) in
  let forms = ("tables", tables) :: List.map (fun (word, form) -> (word, for_all form)) forms in
  (choice "bound from above" forms) ()

let proof net relation there =
  let below () = keyword "below"; lower net in
  let above () = keyword "above"; upper () in
  match relation, there with
  | ">=", true -> BelowPoint (below ())
  | ">=", false -> Below (below ())
  | "=", true -> let l = below () in keyword "above"; BothPoint (l, upper_point net)
  | "=", false -> let l = below () in Both (l, above ())
  | _ -> Above (above ())

(* ---- what was read *)

let restated net relation there value =
  let i = int_of in
  let joined sep none f xs = if xs = [] then none else String.concat sep (List.map f xs) in
  let power (b, e) = Printf.sprintf "%d^%d" (i b) (i e) in
  let pair what usual a b = if (i a, i b) = usual then "" else Printf.sprintf " %s %dx%d" what (i a) (i b) in
  let layer s =
    let b = s.base_of in
    Printf.sprintf "window %dx%d stride %dx%d channels %d%s%s%s%s"
      (i b.win_h) (i b.win_w) (i b.str_h) (i b.str_w) (i b.channels)
      (pair "dilation" (1, 1) s.dil_h s.dil_w) (pair "padding" (0, 0) s.pad_h s.pad_w)
      (match s.given_size with None -> "" | Some (h, w) -> Printf.sprintf " size %dx%d" (i h) (i w))
      (if i s.groups = 1 then "" else Printf.sprintf " groups %d" (i s.groups)) in
  let box ((a, b), (c, d)) = Printf.sprintf "rows %d..%d x columns %d..%d" (i a) (i b - 1) (i c) (i d - 1) in
  let weights = if net.n_shared then "shared weights" else "unshared weights" in
  let whom = if relation = "<=" then "all parameters over any field, " ^ weights
    else if there then "the assignment that was read, in characteristic 0"
    else "almost all parameters in characteristic 0, " ^ weights in
  Printf.sprintf "rank %s %s for %s; %d x %d sites, M = %d; layers: %s; P = %s, Q = the rest"
    relation (joined " * " "1" power value) whom
    (i net.n_H) (i net.n_W) (i net.n_M) (joined "; " "none" layer net.n_shapes)
    (joined " + " "no site" box net.n_P)

let run () =
  keyword "convac-checker"; keyword "2";
  let net = network () in
  keyword "claim"; let relation = choice "relation" [ ">=", ">="; "<=", "<="; "=", "=" ] in
  let there = choice "whom the claim is about" [ "almost-all", false; "assignment", true ] in
  let value = list "powers" power in
  let evidence = proof net relation there in
  keyword "end";
  (match !words with [] -> () | w :: _ -> bad "after the end" w "expected");
  let valid = accepts net value evidence in
  Printf.printf "%s: %s\n" (if valid then "VALID" else "INVALID") (restated net relation there value);
  if valid then 0 else 1

let () =
  exit
    (try run () with
     | Bad why -> prerr_endline ("UNREADABLE: " ^ why); 2
     | Stack_overflow -> prerr_endline "COULD NOT FINISH: out of stack"; 4
     | Out_of_memory -> prerr_endline "COULD NOT FINISH: out of memory"; 4)
