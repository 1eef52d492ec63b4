package io.hongyan.im.test.virtual;

/** Carries what a client has sent to the server; where a connection breaks, it breaks here. */
final class Uplink implements Actor {
    private final Simulation simulation;
    private final Link link;

    Uplink(Simulation simulation, Link link) {
        this.simulation = simulation;
        this.link = link;
    }

    @Override
    public boolean canAct() {
        return link.isOnItsWay() && (link.toServer.isEmpty() || room() > 0);
    }

    /** What a kernel takes while nobody reads; a closed one takes, and refuses, all. */
    private int room() {
        return link.serverClosed ? Integer.MAX_VALUE : simulation.socketBytes() - link.arrived.size();
    }

    @Override
    public boolean sharesMemory() {
        return false;
    }

    @Override
    public boolean isOver() {
        return link.isDead();
    }

    @Override
    public void act() {
        if (simulation.strikes(Fault.RESET)) {
            simulation.reset(link);
            return;
        }
        link.arrive(simulation.some(Fault.CUT, Math.min(room(), link.toServer.size())));
    }
}
