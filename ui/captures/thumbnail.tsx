import { useEffect, useRef, useState } from "react";
import type { Capture } from "../../src/api/schemas.ts";
import { addressOf } from "../api/transport.ts";
import { Gate } from "../lib/gate.ts";
import { forgetPicture, pictureOf } from "./first-pictures.ts";

/** A browser has six connections to the box, and a press must never wait for one behind thumbnails. */
const gate = new Gate(2);

/** The box's own thumbnail; what was on the glass at the press stands in until it is there. */
export function Thumbnail({ capture }: { readonly capture: Capture }) {
  const { id, state } = capture;
  const [shown, setShown] = useState<"waiting" | "loading" | "shown" | "missing">("waiting");
  const leave = useRef(() => {});

  useEffect(() => {
    if (state !== "saved") return;
    leave.current = gate.enter(() => setShown("loading"));
    return () => leave.current();
  }, [state]);

  const done = (how: "shown" | "missing") => () => {
    leave.current();
    setShown(how);
    if (how === "shown") forgetPicture(id);
  };
  return (
    <>
      {shown === "shown" ? null : <Placed picture={pictureOf(id)} />}
      {shown === "loading" || shown === "shown" ? (
        <img
          src={addressOf(`captures/${encodeURIComponent(id)}/thumbnail`)}
          alt=""
          decoding="async"
          draggable={false}
          onLoad={done("shown")}
          onError={done("missing")}
        />
      ) : null}
    </>
  );
}

/** A picture that was drawn elsewhere, put in place here. */
export function Placed({ picture }: { readonly picture: HTMLCanvasElement | undefined }) {
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!picture) return;
    place.current?.append(picture);
    return () => picture.remove();
  }, [picture]);
  return <span ref={place} />;
}
