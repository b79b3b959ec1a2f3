import re


def test_one_sheet_for_ever(client, database):
    address = re.search(r"/style/[0-9a-f]{12}\.css", client.get("/").text).group()
    plain = client.get(address)
    assert plain.mimetype == "text/css"
    assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain.text.startswith("@layer tokens, theme, base, layout, components;")
    assert "://" not in plain.text
    small = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert small.headers["Content-Encoding"] == "br"
    assert len(small.data) < 12_000
    assert client.get("/style/000000000000.css").location == address
